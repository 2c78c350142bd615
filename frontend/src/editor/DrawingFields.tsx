import { useId } from "react";
import type { AnnotateItem } from "../api/types";
import { t } from "../texts";
import { readableLength } from "../time";
import { COLORS, timed } from "./items";
import { percent, Slider } from "./Slider";

const MAX_TEXT_CHARACTERS = 200;

interface DrawingFieldsProps {
  item: AnnotateItem;
  durationSeconds: number;
  onChange: (item: AnnotateItem, gesture: string) => void;
}

/** Everything about the chosen drawing that is not its place. */
export function DrawingFields({ item, durationSeconds, onChange }: DrawingFieldsProps) {
  const textId = useId();
  const end = item.end_seconds ?? durationSeconds;
  const time = (seconds: number) => readableLength(seconds, { tenths: true });
  return (
    <div className="grid gap-4">
      {item.kind === "text" && (
        <div>
          <label htmlFor={textId} className="mb-1 block text-sm font-semibold">
            {t.editor.text}
          </label>
          <input
            id={textId}
            value={item.text}
            maxLength={MAX_TEXT_CHARACTERS}
            onChange={(event) => onChange({ ...item, text: event.target.value }, "text")}
            className="min-h-11 w-full rounded-xl border border-edge bg-paper px-3"
          />
        </div>
      )}
      <Colors value={item.color} onChange={(color) => onChange({ ...item, color }, "color")} />
      {item.kind === "text" ? (
        <Slider
          label={t.editor.radius}
          value={item.size}
          min={0.02}
          max={0.5}
          step={0.01}
          shown={percent(item.size)}
          onChange={(size) => onChange({ ...item, size }, "size")}
        />
      ) : (
        <Slider
          label={t.editor.thickness}
          value={item.thickness}
          min={0.001}
          max={0.05}
          step={0.001}
          shown={`${(item.thickness * 100).toFixed(1)} %`}
          onChange={(thickness) => onChange({ ...item, thickness }, "thickness")}
        />
      )}
      <Slider
        label={t.editor.from}
        value={item.start_seconds}
        min={0}
        max={durationSeconds}
        step={0.05}
        shown={time(item.start_seconds)}
        onChange={(start) => onChange(timed(item, start, end, durationSeconds), "from")}
      />
      <Slider
        label={t.editor.to}
        value={end}
        min={0}
        max={durationSeconds}
        step={0.05}
        shown={time(end)}
        onChange={(until) => onChange(timed(item, item.start_seconds, until, durationSeconds), "to")}
      />
    </div>
  );
}

function Colors({ value, onChange }: { value: string; onChange: (color: string) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-semibold">{t.editor.color}</legend>
      <div className="flex flex-wrap gap-1.5">
        {COLORS.map((color) => (
          <label
            key={color}
            className="relative size-10 cursor-pointer rounded-full border-2 border-edge p-1 has-checked:border-ink has-checked:border-4
            has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-[var(--focus)]"
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              checked={color === value}
              onChange={() => onChange(color)}
              aria-label={t.editor.colors[color]}
            />
            <span
              aria-hidden="true"
              className="block size-full rounded-full border border-edge"
              style={{ background: color }}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
