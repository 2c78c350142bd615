import type { Job } from "../api/types";
import { TYPE_NAMES } from "../names";

/** What an export is saved as, as the server names its download: `Semi-final Q4 · Reframe 9x16.mp4`. */
export function fileName(job: Pick<Job, "type" | "params" | "name">): string {
  const plain = job.name.replace(/[/\\:*?"<>|]/g, "-").trim();
  return `${plain} · ${madeOf(job)}.mp4`;
}

/** What was done, in two words. */
export function madeOf({ type, params }: Pick<Job, "type" | "params">): string {
  const detail =
    "aspect" in params
      ? params.aspect?.replace(":", "x")
      : "factor" in params
        ? `${params.factor ?? 2}x`
        : undefined;
  return detail ? `${TYPE_NAMES[type]} ${detail}` : TYPE_NAMES[type];
}
