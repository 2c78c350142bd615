/**
 * Drawings on the play: where each one stands, and how it is made, moved and resized.
 * x counts in widths of the frame and y in heights; radius and thickness in widths, text size in heights.
 */

import type { AnnotateItem } from "../api/types";
import type { Rect, Size } from "./crop";
import { clamp, tidy } from "./keyframes";
import { layOut } from "./textLayout";

export type Kind = AnnotateItem["kind"];
export const KINDS: readonly Kind[] = ["text", "arrow", "circle", "rectangle"];
export const COLORS = ["#ffd400", "#ffffff", "#ff5a1f", "#d4ff3a", "#35a7ff", "#10150f"] as const;

const SHOWN_SECONDS = 3;
const SHORTEST_SECONDS = 0.1;
const PADDING = 0.02;

export function newItem(kind: Kind, atSeconds: number, durationSeconds: number, text: string): AnnotateItem {
  const start = Math.min(atSeconds, Math.max(0, durationSeconds - SHORTEST_SECONDS));
  const shared = {
    start_seconds: tidy(start),
    end_seconds: tidy(Math.min(durationSeconds, start + SHOWN_SECONDS)),
    x: 0.5,
    y: 0.5,
    color: COLORS[0],
  };
  switch (kind) {
    case "text":
      return { ...shared, kind, text, y: 0.2, size: 0.08 };
    case "arrow":
      return { ...shared, kind, x: 0.12, y: 0.85, to_x: 0.3, to_y: 0.6, thickness: 0.008 };
    case "circle":
      return { ...shared, kind, radius: 0.08, thickness: 0.006 };
    case "rectangle":
      return { ...shared, kind, x: 0.68, y: 0.6, width: 0.2, height: 0.25, thickness: 0.006 };
  }
}

export const isShownAt = (item: AnnotateItem, seconds: number): boolean =>
  seconds >= item.start_seconds && (item.end_seconds === null || seconds < item.end_seconds);

/** What can be grabbed. A text stands centred on its point, a rectangle hangs from its corner. */
export function boxOf(item: AnnotateItem, clip: Size): Rect {
  switch (item.kind) {
    case "text":
      return layOut(item, clip).box;
    case "circle":
      return around(item.x, item.y, item.radius, (item.radius * clip.width) / clip.height);
    case "rectangle":
      return { left: item.x, top: item.y, width: item.width, height: item.height };
    case "arrow": {
      const [left, top] = [Math.min(item.x, item.to_x) - PADDING, Math.min(item.y, item.to_y) - PADDING];
      return {
        left,
        top,
        width: Math.abs(item.to_x - item.x) + 2 * PADDING,
        height: Math.abs(item.to_y - item.y) + 2 * PADDING,
      };
    }
  }
}

function around(x: number, y: number, across: number, down: number): Rect {
  return { left: x - across, top: y - down, width: across * 2, height: down * 2 };
}

const fraction = (value: number): number => tidy(clamp(value, 0, 1));

export function moved(item: AnnotateItem, dx: number, dy: number): AnnotateItem {
  if (item.kind === "rectangle") {
    return {
      ...item,
      x: tidy(clamp(item.x + dx, 0, 1 - item.width)),
      y: tidy(clamp(item.y + dy, 0, 1 - item.height)),
    };
  }
  if (item.kind === "arrow") {
    const right = clamp(dx, -Math.min(item.x, item.to_x), 1 - Math.max(item.x, item.to_x));
    const down = clamp(dy, -Math.min(item.y, item.to_y), 1 - Math.max(item.y, item.to_y));
    return {
      ...item,
      x: fraction(item.x + right),
      y: fraction(item.y + down),
      to_x: fraction(item.to_x + right),
      to_y: fraction(item.to_y + down),
    };
  }
  return { ...item, x: fraction(item.x + dx), y: fraction(item.y + dy) };
}

/** Pulling the handle: the arrow's tip, the circle's edge, the box's corner, the text's height. */
export function resized(item: AnnotateItem, dx: number, dy: number): AnnotateItem {
  switch (item.kind) {
    case "arrow":
      return { ...item, to_x: fraction(item.to_x + dx), to_y: fraction(item.to_y + dy) };
    case "circle":
      return { ...item, radius: tidy(clamp(item.radius + dx, 0.005, 1)) };
    case "rectangle":
      return {
        ...item,
        width: tidy(clamp(item.width + dx, 0.01, 1 - item.x)),
        height: tidy(clamp(item.height + dy, 0.01, 1 - item.y)),
      };
    case "text":
      return { ...item, size: tidy(clamp(item.size + dy * 1.5, 0.02, 0.5)) };
  }
}

export function handleOf(item: AnnotateItem, clip: Size): { x: number; y: number } {
  if (item.kind === "arrow") return { x: item.to_x, y: item.to_y };
  const box = boxOf(item, clip);
  return { x: box.left + box.width, y: item.kind === "circle" ? item.y : box.top + box.height };
}

export function timed(
  item: AnnotateItem,
  startSeconds: number,
  endSeconds: number,
  durationSeconds: number,
): AnnotateItem {
  const start = clamp(startSeconds, 0, durationSeconds - SHORTEST_SECONDS);
  return {
    ...item,
    start_seconds: tidy(start),
    end_seconds: tidy(clamp(endSeconds, start + SHORTEST_SECONDS, durationSeconds)),
  };
}

/** A row for each drawing, so that none lies over another of the same moment. */
export function lanesOf(items: readonly AnnotateItem[], durationSeconds: number): number[] {
  const placed: { lane: number; start: number; end: number }[] = [];
  for (const item of items) {
    const [start, end] = [item.start_seconds, item.end_seconds ?? durationSeconds];
    const taken = placed.filter((other) => other.start < end && start < other.end).map(({ lane }) => lane);
    let lane = 0;
    while (taken.includes(lane)) lane++;
    placed.push({ lane, start, end });
  }
  return placed.map(({ lane }) => lane);
}
