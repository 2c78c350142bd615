import { expect, test } from "vitest";
import type { AnnotateItem, TextItem } from "../api/types";
import { centreOf, cropAt } from "./crop";
import { begin, reduce } from "./history";
import { boxOf, KINDS, lanesOf, moved, newItem, resized, timed } from "./items";
import { layOut } from "./textLayout";
import { blocksOf, orNone, paramsWithTrim, snappedEnd, whole, withEnd, withStart } from "./trim";
import { keyframeNear, stateAt, withKeyframe } from "./keyframes";

const clip = { width: 1280, height: 720 };

test("crops the largest portrait rectangle and keeps it inside the frame", () => {
  const rect = cropAt({ x: 1, y: 0.5, zoom: 1 }, "9:16", clip);
  expect(rect.height).toBe(1);
  expect((rect.width * clip.width) / clip.height).toBeCloseTo(9 / 16);
  expect(rect.left + rect.width).toBeCloseTo(1);
  expect(centreOf(rect).x).toBeLessThan(1);
});
test("crops a wide rectangle out of a tall clip", () => {
  const rect = cropAt({ x: 0.5, y: 0, zoom: 2 }, "16:9", { width: 1080, height: 1920 });
  expect(rect).toMatchObject({ width: 0.5, top: 0 });
});

test("keeps keyframes in order and replaces the one nearby", () => {
  const first = withKeyframe([{ time_seconds: 2 }], { time_seconds: 1 });
  expect(first.map((keyframe) => keyframe.time_seconds)).toEqual([1, 2]);
  expect(withKeyframe(first, { time_seconds: 2.05 })).toHaveLength(2);
  expect(keyframeNear(first, 1.5)).toBeNull();
});
test("tells the state between keyframes, and the default where there is none", () => {
  expect(stateAt<{ time_seconds: number; x: number }>([], 4, { x: 0.5 })).toEqual({
    time_seconds: 4,
    x: 0.5,
  });
  expect(
    stateAt(
      [
        { time_seconds: 0, x: 0 },
        { time_seconds: 4, x: 1 },
      ],
      2,
      { x: 0.5 },
    ).x,
  ).toBeCloseTo(0.5);
});

test("undoes one gesture at a time", () => {
  let history = begin(0);
  for (const [params, gesture, nowMs] of [
    [1, "drag", 0],
    [2, "drag", 100],
    [3, "zoom", 200],
  ] as const) {
    history = reduce(history, { act: "change", change: () => params, gesture, nowMs });
  }
  history = reduce(history, { act: "undo" });
  expect(history.params).toBe(2);
  expect(reduce(history, { act: "undo" }).params).toBe(0);
  expect(reduce(history, { act: "redo" }).params).toBe(3);
  const changed = reduce(history, { act: "change", change: () => 9, gesture: "x", nowMs: 300 });
  expect(reduce(changed, { act: "redo" }).params).toBe(9);
});

function isInside(item: AnnotateItem): boolean {
  const values = [item.x, item.y];
  if (item.kind === "arrow") values.push(item.to_x, item.to_y);
  if (item.kind === "rectangle") values.push(item.x + item.width, item.y + item.height);
  return values.every((value) => value >= 0 && value <= 1 + 1e-9);
}
test.each(KINDS)("keeps a %s inside the frame however it is pushed", (kind) => {
  const item = newItem(kind, 1, 10, "Look");
  for (const [dx, dy] of [
    [5, 5],
    [-5, -5],
    [0.3, -0.9],
  ] as const) {
    expect(isInside(moved(item, dx, dy))).toBe(true);
    expect(isInside(resized(item, dx, dy))).toBe(true);
  }
  expect(boxOf(item, clip).width).toBeGreaterThan(0);
});
test("keeps a drawing's times in order and inside the clip", () => {
  const item = newItem("circle", 9.99, 10, "");
  expect(item.end_seconds).toBeLessThanOrEqual(10);
  const late = timed(item, 8, 3, 10);
  expect(late.end_seconds).toBeGreaterThan(late.start_seconds);
});

test("wraps a long text inside the frame, smaller if it must be", () => {
  const text = {
    ...newItem("text", 0, 10, "A very long sentence about a very quick break down the left wing"),
    x: 1,
    y: 0,
  } as TextItem;
  for (const size of [0.08, 0.5]) {
    const { lines, box } = layOut({ ...text, size }, clip);
    expect(lines.length).toBeGreaterThan(size > 0.1 ? 1 : 0);
    expect(lines.join(" ")).toBe(text.text);
    expect(box.left + box.width).toBeLessThanOrEqual(1 + 1e-9);
    expect(box.top).toBeGreaterThanOrEqual(0);
  }
});

test("gives drawings of the same moment rows of their own", () => {
  const at = (start_seconds: number, end_seconds: number | null): AnnotateItem => ({
    ...newItem("circle", 0, 10, ""),
    start_seconds,
    end_seconds,
  });
  expect(lanesOf([at(0, 3), at(1, 2), at(2, 4), at(5, null)], 10)).toEqual([0, 1, 1, 0]);
});

const thirtyFive = whole(35);
test("counts blocks as the price does", () => {
  expect([0.5, 30, 30.5, 30.51, 60.5, 61].map((seconds) => blocksOf(seconds, 30))).toEqual([
    1, 1, 1, 2, 2, 3,
  ]);
});
test("keeps a trim inside the clip and half a second long at least", () => {
  expect(withStart(thirtyFive, 99).start_seconds).toBe(34.5);
  expect(withEnd(thirtyFive, -1, 35).end_seconds).toBe(0.5);
  expect(orNone(thirtyFive, 35)).toBeNull();
  expect(orNone(withEnd(thirtyFive, 30, 35), 35)).toEqual({ start_seconds: 0, end_seconds: 30 });
});
test("snaps an end to a block's edge nearby", () => {
  const late = withStart(thirtyFive, 2);
  expect(snappedEnd(late, 32.3, 30)).toBe(32);
  expect(snappedEnd(late, 31, 30)).toBe(31);
});
test("sends no drawing that the trim leaves out", () => {
  const drafts = {
    framing: { aspect: "1:1" as const },
    overlay: {},
    upscale: {},
    annotate: { items: [newItem("circle", 1, 35, ""), newItem("circle", 32, 35, "")] },
    trim: withEnd(thirtyFive, 30, 35),
  };
  expect((paramsWithTrim("annotate", drafts) as { items: unknown[] }).items).toHaveLength(1);
  expect(paramsWithTrim("framing", drafts)).toEqual({ aspect: "1:1", trim: drafts.trim });
  expect(paramsWithTrim("framing", { ...drafts, trim: null })).toEqual({ aspect: "1:1" });
});
