import { apiUrl } from "../api/client";
import { isOpen } from "../api/polling";
import type { Job } from "../api/types";
import { Link } from "../router";
import { t } from "../texts";
import { readableMoment } from "../time";
import { Icon } from "../ui/Icon";
import { ProgressBar } from "../ui/ProgressBar";
import { madeOf } from "./fileName";
import { JobActions } from "./JobActions";
import { StatusTag } from "./StatusTag";
import { TYPE_ICONS } from "./types";

/** `isFull`: with what can be done to each, and how long its file stays. */
export function JobList({ jobs, isFull = false }: { jobs: Job[]; isFull?: boolean }) {
  return (
    <ul className="card divide-y divide-line overflow-hidden">
      {jobs.map((job) => (
        <JobRow key={job.job_id} job={job} isFull={isFull} />
      ))}
    </ul>
  );
}

function JobRow({ job, isFull }: { job: Job; isFull: boolean }) {
  return (
    <li data-testid="job" data-status={job.status} className="flex items-center">
      <Link
        to={`/exports/${job.job_id}`}
        className="flex min-h-20 min-w-0 flex-1 items-center gap-4 p-3 outline-offset-[-3px] hover:bg-sunken sm:p-4"
      >
        <Picture job={job} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold">{job.name}</span>
          <span className="block truncate text-sm">{madeOf(job)}</span>
          <span className="block text-sm text-muted">
            {t.exports.netCost(job.cost_cents, job.refunded_cents)} · {readableMoment(job.created_at)}
          </span>
          {isFull && job.output_url && job.output_expires_at && (
            <span className="block text-sm text-muted">
              {t.exports.until(readableMoment(job.output_expires_at))}
            </span>
          )}
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
        {!isFull && <Icon name="next" className="size-5 text-muted" />}
      </Link>
      {isFull && <JobActions job={job} isColumn />}
    </li>
  );
}

/** The film's own picture; what was done, until there is one. */
function Picture({ job }: { job: Job }) {
  return (
    <span className="relative grid size-16 shrink-0 place-items-center overflow-hidden rounded-xl bg-sunken">
      {job.thumbnail_url ? (
        <img src={apiUrl(job.thumbnail_url)} alt="" loading="lazy" className="size-full object-cover" />
      ) : (
        <Icon name={TYPE_ICONS[job.type]} />
      )}
    </span>
  );
}
