import { expect, test } from "vitest";
import type { Job } from "../api/types";
import { fileName } from "./fileName";
import { remainingSeconds } from "./remaining";

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const job = (more: Partial<Job>): Job =>
  ({
    type: "framing",
    params: {},
    name: "Final",
    status: "running",
    progress: 0,
    created_at: at(0),
    started_at: null,
    finished_at: null,
    ...more,
  }) as Job;

test("names a file after the clip and what was done", () => {
  expect(fileName(job({ name: "Semi-final Q4", params: { aspect: "9:16" } }))).toBe(
    "Semi-final Q4 · Reframe 9x16.mp4",
  );
  expect(fileName(job({ type: "upscale", params: { factor: 4 } }))).toBe("Final · Upscale 4x.mp4");
  expect(fileName(job({ type: "overlay", name: "a/b" }))).toBe("a-b · Spotlight.mp4");
});

test("tells what is left from the export's own pace once it has one", () => {
  expect(remainingSeconds(job({ progress: 0.5, started_at: at(10) }), [], 20_000)).toBe(10);
});
test("until then from what such exports took lately", () => {
  const before = [8, 12, 10].map((took) =>
    job({ status: "succeeded", created_at: at(0), finished_at: at(took) }),
  );
  expect(remainingSeconds(job({}), before, 4000)).toBe(6);
  expect(remainingSeconds(job({}), before, 60_000)).toBeNull();
  expect(remainingSeconds(job({ type: "upscale" }), before, 4000)).toBeNull();
});
