/**
 * Dragging, in fractions of the stage. A handle is dragged at once; the rest of the stage belongs to the scrolling
 * finger until it rests a moment, so that a swipe over the video moves the page and nothing else.
 */

import { type PointerEvent, useCallback, useEffect, useRef } from "react";

export interface DragHandlers<S> {
  /** What the drag starts from; its moves are told relative to the pointer's start. */
  onStart: () => S;
  onMove: (start: S, dx: number, dy: number) => void;
}

interface Drag<S> {
  pointer: number;
  x: number;
  y: number;
  width: number;
  height: number;
  start: S;
  hasMoved: boolean;
}

const STILL_MS = 250;
/** Nearer to its start than this a pointer has not moved: a hand is never quite still. */
const SLACK_PIXELS = 3;
const STILL_PIXELS = 10;

export function useDrag<S>({ onStart, onMove }: DragHandlers<S>, isHandle = false) {
  const drag = useRef<Drag<S> | null>(null);
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);

  const forgetPress = () => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => () => clearTimeout(press.current?.timer), []);

  /** A page that has not begun to scroll is held under the finger that drags. */
  const ref = useCallback((element: HTMLElement | null) => {
    const hold = (event: TouchEvent) => drag.current && event.preventDefault();
    element?.addEventListener("touchmove", hold, { passive: false });
    return () => element?.removeEventListener("touchmove", hold);
  }, []);

  const begin = (element: HTMLElement, pointer: number, x: number, y: number) => {
    const stage = element.closest("[data-stage]")?.getBoundingClientRect();
    if (!stage) return;
    element.setPointerCapture(pointer);
    const { width, height } = stage;
    drag.current = { pointer, x, y, width, height, start: onStart(), hasMoved: false };
  };

  const end = () => {
    forgetPress();
    drag.current = null;
  };

  return {
    ref,
    onPointerDown(event: PointerEvent<HTMLElement>) {
      const { currentTarget, pointerId, clientX: x, clientY: y } = event;
      if (event.button !== 0) return;
      event.stopPropagation();
      if (isHandle || event.pointerType !== "touch") {
        begin(currentTarget, pointerId, x, y);
        return;
      }
      forgetPress();
      const timer = setTimeout(() => {
        begin(currentTarget, pointerId, x, y);
        navigator.vibrate?.(10);
      }, STILL_MS);
      press.current = { x, y, timer };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const { clientX: x, clientY: y } = event;
      const { current: pressed } = press;
      const { current } = drag;
      if (!current && pressed && Math.hypot(x - pressed.x, y - pressed.y) > STILL_PIXELS) forgetPress();
      if (current?.pointer !== event.pointerId) return;
      current.hasMoved ||= Math.hypot(x - current.x, y - current.y) > SLACK_PIXELS;
      if (current.hasMoved)
        onMove(current.start, (x - current.x) / current.width, (y - current.y) / current.height);
    },
    onPointerUp: end,
    onPointerCancel: end,
    /** A long press is ours, not the browser's menu. */
    onContextMenu(event: { preventDefault: () => void }) {
      if (drag.current || press.current) event.preventDefault();
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
