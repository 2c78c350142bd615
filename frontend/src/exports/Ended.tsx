import type { Job } from "../api/types";
import { t } from "../texts";
import { Notice } from "../ui/Notice";
import { AgainButton } from "./AgainButton";

/** A failed or cancelled export: why, and that the credits are back. */
export function Ended({ job }: { job: Job }) {
  const hasFailed = job.status === "failed";
  return (
    <Notice
      tone={hasFailed ? "bad" : "plain"}
      title={hasFailed ? t.exports.failedTitle : t.exports.cancelledTitle}
      action={<AgainButton job={job} tone="primary" />}
    >
      {hasFailed && <p>{job.error ?? t.exports.failedBody}</p>}
      {job.refunded_cents > 0 && <p className="font-semibold">{t.exports.refunded(job.refunded_cents)}</p>}
    </Notice>
  );
}
