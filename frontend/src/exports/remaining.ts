import { isOpen } from "../api/polling";
import type { Job } from "../api/types";

const LATELY = 5;
/** From here on the export's own pace tells more than what others took. */
const TELLING_PROGRESS = 0.2;

/** Seconds that are probably left, from the export's own pace or what such exports took lately; null when unknown. */
export function remainingSeconds(job: Job, others: readonly Job[], nowMs: number): number | null {
  const elapsed = Math.max(0, (nowMs - Date.parse(job.started_at ?? job.created_at)) / 1000);
  if (job.progress >= TELLING_PROGRESS) return Math.ceil((elapsed / job.progress) * (1 - job.progress));
  const took = others
    .filter((other) => other.type === job.type && !isOpen(other) && other.status === "succeeded")
    .slice(0, LATELY)
    .map((other) => (Date.parse(other.finished_at ?? "") - Date.parse(other.created_at)) / 1000)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const usual = took[Math.floor(took.length / 2)];
  return usual === undefined || usual <= elapsed ? null : Math.ceil(usual - elapsed);
}
