import { isOpen } from "../api/polling";
import type { Job } from "../api/types";
import { Link } from "../router";
import { t } from "../texts";
import { readableMoment } from "../time";
import { Icon } from "../ui/Icon";
import { ProgressBar } from "../ui/ProgressBar";
import { StatusTag } from "./StatusTag";
import { TYPE_ICONS } from "./types";

export function JobList({ jobs }: { jobs: Job[] }) {
  return (
    <ul className="card divide-y divide-line overflow-hidden">
      {jobs.map((job) => (
        <JobRow key={job.job_id} job={job} />
      ))}
    </ul>
  );
}

function JobRow({ job }: { job: Job }) {
  return (
    <li data-testid="job" data-status={job.status}>
      <Link
        to={`/exports/${job.job_id}`}
        className="flex min-h-20 items-center gap-4 p-4 outline-offset-[-3px] hover:bg-sunken"
      >
        <span className="grid size-11 shrink-0 place-items-center rounded-xl bg-sunken">
          <Icon name={TYPE_ICONS[job.type]} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">{t.ofExport(job.type, job.project_name)}</span>
          <span className="block text-sm text-muted">
            {t.exports.netCost(job.cost_cents, job.refunded_cents)} · {readableMoment(job.created_at)}
          </span>
          {!isOpen(job) && (
            <span className="mt-2 block sm:hidden">
              <StatusTag status={job.status} />
            </span>
          )}
          {isOpen(job) && (
            <span className="mt-2 block">
              <ProgressBar
                label={t.exports.progressLabel}
                value={job.status === "queued" ? null : job.progress}
                valueText={t.exports.progress(Math.round(job.progress * 100))}
              />
            </span>
          )}
        </span>
        <span className="hidden sm:block">
          <StatusTag status={job.status} />
        </span>
        <Icon name="next" className="size-5 text-muted" />
      </Link>
    </li>
  );
}
