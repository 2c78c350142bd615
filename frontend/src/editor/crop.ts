/** The rectangle a framing export shows, in fractions of the source frame. */

import type { Aspect, FramingKeyframe } from "../api/types";
import { clamp } from "./keyframes";

export interface Size {
  width: number;
  height: number;
}
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export const ASPECTS: Record<Aspect, number> = { "9:16": 9 / 16, "1:1": 1, "4:5": 4 / 5, "16:9": 16 / 9 };
export const MAX_ZOOM = 10;

/** Zoom 1 is the largest rectangle of the shape that fits; the centre gives way so that it stays inside. */
export function cropAt(frame: Pick<FramingKeyframe, "x" | "y" | "zoom">, aspect: Aspect, clip: Size): Rect {
  const wanted = ASPECTS[aspect] / (clip.width / clip.height);
  const width = Math.min(1, wanted) / frame.zoom;
  const height = Math.min(1, 1 / wanted) / frame.zoom;
  return {
    width,
    height,
    left: clamp(frame.x - width / 2, 0, 1 - width),
    top: clamp(frame.y - height / 2, 0, 1 - height),
  };
}

/** The centre that is really shown, so that a drag starts where the frame is seen. */
export function centreOf(rect: Rect): { x: number; y: number } {
  return { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
}
