/** Dragging, in fractions of the stage: pointers of every kind, with the page held still under a finger. */

import { type PointerEvent, useRef } from "react";

export interface DragHandlers<S> {
  /** What the drag starts from; its moves are told relative to the pointer's start. */
  onStart: () => S;
  onMove: (start: S, dx: number, dy: number) => void;
}

export function useDrag<S>({ onStart, onMove }: DragHandlers<S>) {
  const drag = useRef<{
    pointer: number;
    x: number;
    y: number;
    width: number;
    height: number;
    start: S;
  } | null>(null);

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      const stage = event.currentTarget.closest("[data-stage]")?.getBoundingClientRect();
      if (!stage || event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = {
        pointer: event.pointerId,
        x: event.clientX,
        y: event.clientY,
        width: stage.width,
        height: stage.height,
        start: onStart(),
      };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const current = drag.current;
      if (current?.pointer !== event.pointerId) return;
      onMove(
        current.start,
        (event.clientX - current.x) / current.width,
        (event.clientY - current.y) / current.height,
      );
    },
    onPointerUp() {
      drag.current = null;
    },
    onPointerCancel() {
      drag.current = null;
    },
  };
}

const NUDGE = 0.01;
const LARGE_NUDGE = 0.05;

/** The arrow keys as a move in fractions; null for any other key. */
export function nudgeOf(event: { key: string; shiftKey: boolean }): { dx: number; dy: number } | null {
  const step = event.shiftKey ? LARGE_NUDGE : NUDGE;
  switch (event.key) {
    case "ArrowLeft":
      return { dx: -step, dy: 0 };
    case "ArrowRight":
      return { dx: step, dy: 0 };
    case "ArrowUp":
      return { dx: 0, dy: -step };
    case "ArrowDown":
      return { dx: 0, dy: step };
    default:
      return null;
  }
}
