import { useState } from "react";
import type { AnnotateItem } from "../api/types";
import { useStore } from "../store";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { DrawingFields } from "./DrawingFields";
import { Drawings } from "./Drawings";
import type { EditorProps } from "./editors";
import { type Kind, KINDS, lanesOf, newItem } from "./items";
import type { Player } from "./player";
import { LANE_PIXELS, trackPlace } from "./Timeline";
import { Workbench } from "./Workbench";

export function AnnotateEditor({ clip, player, draft, trim, price }: EditorProps<"annotate">) {
  const { items = [] } = draft.params;
  const time = useStore(player.time);
  const [chosen, setSelected] = useState<number | null>(null);
  const selected = chosen !== null && chosen < items.length ? chosen : null;
  const item = selected === null ? undefined : items[selected];

  const replace = (index: number, next: AnnotateItem, gesture: string) =>
    draft.change({ items: items.map((each, other) => (other === index ? next : each)) }, gesture);
  const add = (kind: Kind) => {
    player.video()?.pause();
    draft.change(
      { items: [...items, newItem(kind, time, clip.duration_seconds, t.editor.defaultText)] },
      `add ${items.length}`,
    );
    setSelected(items.length);
  };
  const remove = (index: number) => {
    draft.change({ items: items.filter((_, other) => other !== index) }, `remove ${index}`);
    setSelected(null);
  };

  return (
    <Workbench
      lead={t.typeLeads.annotate}
      trim={trim}
      price={price}
      clip={clip}
      player={player}
      overlay={
        <Drawings
          clip={clip}
          items={items}
          seconds={time}
          selected={selected}
          onSelect={setSelected}
          onChange={replace}
        />
      }
      marks={
        <Spans
          items={items}
          selected={selected}
          durationSeconds={clip.duration_seconds}
          player={player}
          onSelect={setSelected}
        />
      }
      lanes={Math.max(0, ...lanesOf(items, clip.duration_seconds)) + 1}
      hint={items.length ? undefined : t.editor.noDrawings}
      history={{
        draft,
        canReset: items.length > 0,
        reset: () => draft.change({ items: [] }, "reset"),
      }}
    >
      <div>
        <h2 className="mb-2 text-sm font-semibold">{t.editor.add}</h2>
        <div className="grid grid-cols-2 gap-2">
          {KINDS.map((kind) => (
            <Button key={kind} icon={kind} onClick={() => add(kind)}>
              {t.editor.kinds[kind]}
            </Button>
          ))}
        </div>
      </div>
      {items.length > 0 && (
        <div>
          <h2 className="mb-2 text-sm font-semibold">{t.editor.drawings}</h2>
          <ul className="grid gap-1">
            {items.map((each, index) => (
              <li key={index} className="flex items-center gap-1">
                <button
                  type="button"
                  aria-pressed={index === selected}
                  onClick={() => {
                    setSelected(index);
                    player.seek(each.start_seconds);
                  }}
                  className="flex min-h-11 min-w-0 flex-1 items-center gap-2 rounded-xl px-3 text-left hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-semibold"
                >
                  <Icon name={each.kind} />
                  <span className="truncate">
                    {each.kind === "text" && each.text ? each.text : t.editor.drawing(each.kind, index + 1)}
                  </span>
                </button>
                <button
                  type="button"
                  onClick={() => remove(index)}
                  aria-label={`${t.editor.remove}: ${t.editor.drawing(each.kind, index + 1)}`}
                  className="grid size-11 place-items-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
                >
                  <Icon name="trash" />
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {item && selected !== null && (
        <DrawingFields
          item={item}
          durationSeconds={clip.duration_seconds}
          onChange={(next, gesture) => replace(selected, next, `${gesture} ${selected}`)}
        />
      )}
    </Workbench>
  );
}

interface SpansProps {
  items: AnnotateItem[];
  selected: number | null;
  durationSeconds: number;
  player: Player;
  onSelect: (index: number) => void;
}

/** When each drawing is on; those of the same moment above each other. */
function Spans({ items, selected, durationSeconds, player, onSelect }: SpansProps) {
  const lanes = lanesOf(items, durationSeconds);
  return items.map((item, index) => (
    <button
      key={index}
      type="button"
      aria-label={t.editor.drawing(item.kind, index + 1)}
      aria-pressed={index === selected}
      onClick={() => {
        onSelect(index);
        player.seek(item.start_seconds);
      }}
      className="absolute grid h-6 min-w-6 content-end aria-pressed:z-1"
      style={{
        bottom: (lanes[index] ?? 0) * LANE_PIXELS,
        left: trackPlace(item.start_seconds, durationSeconds),
        right: `calc(100% - (${trackPlace(item.end_seconds ?? durationSeconds, durationSeconds)}))`,
      }}
    >
      <span
        className={`block rounded-full border border-edge ${index === selected ? "h-3.5" : "h-2"}`}
        style={{ background: item.color }}
      />
    </button>
  ));
}
