import type { Job } from "../api/types";
import { t } from "../texts";
import { ButtonLink } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { editorPath } from "../editor/path";

/** A failed or cancelled export: why, and that the credits are back. */
export function Ended({ job }: { job: Job }) {
  const hasFailed = job.status === "failed";
  return (
    <Notice
      tone={hasFailed ? "bad" : "plain"}
      title={hasFailed ? t.exports.failedTitle : t.exports.cancelledTitle}
      action={<ButtonLink to={editorPath(job.project_id, job.type)} tone="primary" icon="pen">{t.exports.again}</ButtonLink>}
    >
      {hasFailed && <p>{job.error ?? t.exports.failedBody}</p>}
      {job.refunded_cents > 0 && <p className="font-semibold">{t.exports.refunded(job.refunded_cents)}</p>}
    </Notice>
  );
}

