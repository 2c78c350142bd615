/** Lists of keyframes: where one is, what holds at a moment, and one more or one less. */

import { valueAt } from "./curve";

export interface Keyframe {
  time_seconds: number;
}

/** Two keyframes nearer than this are one: nobody means to place both. */
export const SAME_KEYFRAME_SECONDS = 0.08;

export function keyframeNear<K extends Keyframe>(keyframes: readonly K[], seconds: number): number | null {
  const index = keyframes.findIndex(
    (keyframe) => Math.abs(keyframe.time_seconds - seconds) <= SAME_KEYFRAME_SECONDS,
  );
  return index === -1 ? null : index;
}

export function withKeyframe<K extends Keyframe>(keyframes: readonly K[], keyframe: K): K[] {
  const near = keyframeNear(keyframes, keyframe.time_seconds);
  const placed = near === null ? keyframe : { ...keyframe, time_seconds: keyframes[near]?.time_seconds ?? 0 };
  return [...keyframes.filter((_, index) => index !== near), placed].sort(
    (a, b) => a.time_seconds - b.time_seconds,
  );
}

export function withoutKeyframe<K extends Keyframe>(keyframes: readonly K[], index: number): K[] {
  return keyframes.filter((_, other) => other !== index);
}

/** Every number of a keyframe at a moment, `otherwise` where there is no keyframe yet. */
export function stateAt<K extends Keyframe>(
  keyframes: readonly K[],
  seconds: number,
  otherwise: Omit<K, "time_seconds">,
): K {
  const state: Record<string, unknown> = { ...otherwise, time_seconds: seconds };
  if (keyframes.length === 0) return state as unknown as K;
  for (const name of Object.keys(otherwise)) {
    const points = keyframes.map(
      (keyframe) => [keyframe.time_seconds, Number(keyframe[name as keyof K])] as const,
    );
    state[name] = valueAt(points, seconds);
  }
  return state as unknown as K;
}

/** Whether two keyframes say the same but for their time, to the ten-thousandth that is kept. */
export function isSamePlace<K extends Keyframe>(one: K, other: K): boolean {
  const names = Object.keys(one).filter((name) => name !== "time_seconds") as (keyof K)[];
  return names.every((name) => tidy(Number(one[name])) === tidy(Number(other[name])));
}

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** Fractions and seconds to a ten-thousandth: enough for a pixel, and short in a request. */
export const tidy = (value: number): number => Math.round(value * 10_000) / 10_000;
