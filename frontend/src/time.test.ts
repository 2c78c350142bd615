import { expect, test } from "vitest";
import { readableLength, recentMonths } from "./time";

test.each([
  [7, "0:07"],
  [59.6, "1:00"],
  [65, "1:05"],
  [3725, "1:02:05"],
  [-1, "0:00"],
])("writes %d s as %s", (seconds, text) => expect(readableLength(seconds)).toBe(text));
test("writes tenths without ever showing 60 seconds", () => {
  expect(readableLength(65.32, { tenths: true })).toBe("1:05.3");
  expect(readableLength(59.97, { tenths: true })).toBe("1:00.0");
});
test("counts months back over the new year, whatever the day", () => {
  expect(recentMonths(3, new Date("2026-01-31T23:30:00Z")).map((month) => month.value)).toEqual([
    "2026-01",
    "2025-12",
    "2025-11",
  ]);
});
