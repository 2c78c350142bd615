/** How often to ask how a job stands: every second while it is young or moving, then every five. */

import type { Job } from "./types";

const FASTEST_MS = 1000;
const SLOWEST_MS = 5000;

export function pollDelayMs(sinceChangeMs: number): number {
  return Math.round(Math.min(SLOWEST_MS, Math.max(FASTEST_MS, sinceChangeMs / 5)));
}

export const isOpen = (job: Pick<Job, "status">): boolean =>
  job.status === "queued" || job.status === "running";
