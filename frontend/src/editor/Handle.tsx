import { Icon, type IconName } from "../ui/Icon";
import { type DragHandlers, useDrag } from "./useDrag";

interface HandleProps<S> extends DragHandlers<S> {
  /** Where it stands on the stage, in fractions of it. */
  x: number;
  y: number;
  /** "move" is for fingers alone: a mouse drags the thing itself. */
  does: "move" | "resize" | "widen";
}

const LOOKS: Record<HandleProps<unknown>["does"], { className: string; icon?: IconName }> = {
  move: {
    className: "-translate-x-1/2 -translate-y-[80%] cursor-move hidden pointer-coarse:grid",
    icon: "move",
  },
  resize: { className: "-translate-x-[72%] -translate-y-[72%] grid cursor-nwse-resize" },
  widen: { className: "-translate-1/2 grid cursor-ew-resize" },
};

/** A knob at the edge of a thing, out of a scrolling thumb's way, that is dragged at once, whatever way a finger goes. The keys do the same elsewhere. */
export function Handle<S>({ x, y, does, ...handlers }: HandleProps<S>) {
  const drag = useDrag(handlers, true);
  const { className, icon } = LOOKS[does];
  return (
    <span
      aria-hidden="true"
      {...drag}
      data-handle={does}
      style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
      className={`absolute size-11 touch-none place-items-center ${className}`}
    >
      <span
        className={`grid place-items-center rounded-full border-3 border-[#10150f] bg-volt text-on-volt ${icon ? "size-9" : "size-5"}`}
      >
        {icon && <Icon name={icon} />}
      </span>
    </span>
  );
}
