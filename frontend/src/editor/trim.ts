/** The part of a clip that an export keeps, and what its length comes to. Pure. */

import type { AnnotateItem, ExportParams, ExportType, Trim } from "../api/types";
import { clamp, tidy } from "./keyframes";
import type { Drafts } from "./draft";

export const SHORTEST_SECONDS = 0.5;
/** So much over a block's edge is still the block before: exports/pricing.py. */
const GRACE_SECONDS = 0.5;
/** Nearer than this to a block's edge means the edge. */
const SNAP_SECONDS = 0.4;

export const whole = (durationSeconds: number): Trim => ({ start_seconds: 0, end_seconds: durationSeconds });

export const lengthOf = ({ start_seconds, end_seconds }: Trim): number => end_seconds - start_seconds;

export function blocksOf(lengthSeconds: number, blockSeconds: number): number {
  return Math.max(1, Math.ceil((lengthSeconds - GRACE_SECONDS) / blockSeconds - 1e-9));
}

export function withStart(trim: Trim, seconds: number): Trim {
  return { ...trim, start_seconds: tidy(clamp(seconds, 0, trim.end_seconds - SHORTEST_SECONDS)) };
}

export function withEnd(trim: Trim, seconds: number, durationSeconds: number): Trim {
  return {
    ...trim,
    end_seconds: tidy(clamp(seconds, trim.start_seconds + SHORTEST_SECONDS, durationSeconds)),
  };
}

/** An end that lies beside a block's edge stands on it. */
export function snappedEnd(trim: Trim, seconds: number, blockSeconds: number): number {
  const edge =
    trim.start_seconds +
    Math.max(1, Math.round((seconds - trim.start_seconds) / blockSeconds)) * blockSeconds;
  return Math.abs(seconds - edge) <= SNAP_SECONDS ? edge : seconds;
}

/** Null when it keeps the whole clip: that is no trim. */
export function orNone(trim: Trim, durationSeconds: number): Trim | null {
  return trim.start_seconds <= 0 && trim.end_seconds >= durationSeconds ? null : trim;
}

const isIn = (item: AnnotateItem, { start_seconds, end_seconds }: Trim): boolean =>
  item.start_seconds < end_seconds && (item.end_seconds === null || item.end_seconds > start_seconds);

/** What is sent: drawings that lie outside the kept part could never be seen, and are left out. */
export function paramsWithTrim(type: ExportType, drafts: Drafts): ExportParams {
  const { trim } = drafts;
  if (trim === null) return drafts[type];
  if (type !== "annotate") return { ...drafts[type], trim };
  return { items: (drafts.annotate.items ?? []).filter((item) => isIn(item, trim)), trim };
}
