import { expect, test } from "vitest";
import { valueAt } from "./curve";

const points = [
  [1, 0],
  [3, 1],
] as const;

test("holds before the first and after the last point", () => {
  expect(valueAt(points, 0)).toBe(0);
  expect(valueAt(points, 9)).toBe(1);
});
test("is straight between corners", () => expect(valueAt(points, 2)).toBeCloseTo(0.5));
test("rounds a corner by the parabola that the export uses", () => {
  expect(valueAt(points, 1)).toBeCloseTo(0.025); // slope 0.5 into 0.2 s: 0.5 · 0.2 / 4
  expect(valueAt(points, 3)).toBeCloseTo(0.975);
});
test("starts exactly at a first keyframe at zero", () =>
  expect(
    valueAt(
      [
        [0, 0.3],
        [2, 0.9],
      ],
      0,
    ),
  ).toBeCloseTo(0.3));
test("never leaves the range of its points", () => {
  const zigzag = [
    [0, 0],
    [0.1, 1],
    [0.2, 0],
    [5, 1],
  ] as const;
  for (let seconds = 0; seconds < 6; seconds += 0.01) {
    const value = valueAt(zigzag, seconds);
    expect(value).toBeGreaterThanOrEqual(-1e-9);
    expect(value).toBeLessThanOrEqual(1 + 1e-9);
  }
});
