import type { KeyboardEvent } from "react";
import type { AnnotateItem, Project } from "../api/types";
import { t } from "../texts";
import { Drawing } from "./Drawing";
import { boxOf, handleOf, isShownAt, moved, resized } from "./items";
import { Handle } from "./Handle";
import { nudgeOf, useDrag } from "./useDrag";

interface DrawingsProps {
  clip: Project;
  items: AnnotateItem[];
  seconds: number;
  selected: number | null;
  onSelect: (index: number) => void;
  onChange: (index: number, item: AnnotateItem, gesture: string) => void;
}

/** The drawings of this moment; the chosen one is faint when it is not on yet or no more. */
export function Drawings({ clip, items, seconds, selected, onSelect, onChange }: DrawingsProps) {
  const shown = items
    .map((item, index) => ({ item, index }))
    .filter(({ item, index }) => index === selected || isShownAt(item, seconds));
  return (
    <>
      <svg
        viewBox={`0 0 ${clip.width} ${clip.height}`}
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 size-full"
      >
        {shown.map(({ item, index }) => (
          <g key={index} opacity={isShownAt(item, seconds) ? 1 : 0.35}>
            <Drawing item={item} clip={clip} />
          </g>
        ))}
      </svg>
      {shown.map(({ item, index }) => (
        <Grip
          key={index}
          clip={clip}
          item={item}
          name={t.editor.drawing(item.kind, index + 1)}
          isSelected={index === selected}
          onSelect={() => onSelect(index)}
          onChange={(next, gesture) => onChange(index, next, `${gesture} ${index}`)}
        />
      ))}
    </>
  );
}

interface GripProps {
  clip: Project;
  item: AnnotateItem;
  name: string;
  isSelected: boolean;
  onSelect: () => void;
  onChange: (item: AnnotateItem, gesture: string) => void;
}

function Grip({ clip, item, name, isSelected, onSelect, onChange }: GripProps) {
  const box = boxOf(item, clip);
  const handle = handleOf(item, clip);
  const moving = {
    onStart: () => {
      onSelect();
      return item;
    },
    onMove: (start: AnnotateItem, dx: number, dy: number) => onChange(moved(start, dx, dy), "drag"),
  };
  const move = useDrag(moving);
  const press = (event: KeyboardEvent) => {
    const nudge = nudgeOf(event);
    if (!nudge) return;
    event.preventDefault();
    onChange(moved(item, nudge.dx, nudge.dy), "keys");
  };
  return (
    <>
      <button
        type="button"
        aria-label={`${name}. ${t.editor.drawingHelp}`}
        aria-pressed={isSelected}
        {...move}
        onKeyDown={press}
        onFocus={onSelect}
        className="absolute min-h-8 min-w-8 touch-pan-y touch-pinch-zoom cursor-move rounded-lg focus-visible:outline-white aria-pressed:outline-2 aria-pressed:outline-dashed aria-pressed:outline-volt"
        style={{
          left: `${box.left * 100}%`,
          top: `${box.top * 100}%`,
          width: `${box.width * 100}%`,
          height: `${box.height * 100}%`,
        }}
      />
      {isSelected && (
        <>
          <Handle does="move" x={box.left} y={box.top} {...moving} />
          <Handle
            does="widen"
            {...handle}
            onStart={() => item}
            onMove={(start, dx, dy) => onChange(resized(start, dx, dy), "resize")}
          />
        </>
      )}
    </>
  );
}
