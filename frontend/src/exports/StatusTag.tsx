import type { JobStatus } from "../api/types";
import { t } from "../texts";

const LOOKS: Record<JobStatus, string> = {
  queued: "bg-sunken text-ink",
  running: "bg-volt text-on-volt",
  succeeded: "bg-good-surface text-good",
  failed: "bg-bad-surface text-bad",
  cancelled: "bg-sunken text-muted",
};

export function StatusTag({ status }: { status: JobStatus }) {
  return (
    <span className={`rounded-lg px-2.5 py-1 text-sm font-semibold ${LOOKS[status]}`}>
      {t.statuses[status]}
    </span>
  );
}
