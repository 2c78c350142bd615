import { useEffect, useRef } from "react";
import { useExport, useProject } from "../api/queries";
import { isOpen } from "../api/polling";
import type { Job } from "../api/types";
import { navigate } from "../router";
import { t } from "../texts";
import { readableMoment } from "../time";
import { announce } from "../ui/announce";
import { ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Empty, Failure, isMissing, Loading, Skeleton } from "../ui/states";
import { Ended } from "./Ended";
import { Working } from "./Working";
import { Finished } from "./Finished";
import { JobActions } from "./JobActions";
import { StatusTag } from "./StatusTag";

export function ExportPage({ jobId }: { jobId: string }) {
  const query = useExport(jobId);
  const job = query.data;
  useTellOutcome(job);
  if (job) return <Shown job={job} />;
  return (
    <Page title={t.exports.one}>
      {isMissing(query.error) ? (
        <Empty
          icon="film"
          title={t.exports.missingTitle}
          action={<ButtonLink to="/exports">{t.studio.allExports}</ButtonLink>}
        >
          {t.exports.missing}
        </Empty>
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="h-96" />
        </Loading>
      )}
    </Page>
  );
}

function Shown({ job }: { job: Job }) {
  const clip = useProject(job.project_id).data;
  const title = t.ofExport(job.type, job.name);
  const tab = isOpen(job) ? t.exports.tabTitle(Math.round(job.progress * 100), title) : title;
  return (
    <Page
      title={title}
      tab={tab}
      aside={
        <div className="flex items-center gap-2">
          <StatusTag status={job.status} />
          <JobActions job={job} onDeleted={() => navigate("/exports")} />
        </div>
      }
    >
      <div className="grid gap-6" data-testid="export" data-status={job.status}>
        {isOpen(job) ? (
          <Working job={job} />
        ) : job.status === "succeeded" ? (
          <Finished job={job} clip={clip} />
        ) : (
          <Ended job={job} />
        )}
        <Facts job={job} />
      </div>
    </Page>
  );
}

function Facts({ job }: { job: Job }) {
  const tookSeconds =
    job.started_at && job.finished_at
      ? Math.max(1, Math.round((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000))
      : null;
  const facts: [string, string][] = [
    [t.exports.cost, t.exports.netCost(job.cost_cents, job.refunded_cents)],
    [t.exports.created, readableMoment(job.created_at)],
    ...(tookSeconds === null ? [] : [[t.exports.took, t.exports.seconds(tookSeconds)] as [string, string]]),
  ];
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Says once how an export ended, when it ends while the page is open. */
function useTellOutcome(job: Job | undefined): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    if (!job) return;
    if (wasOpen.current && job.status === "succeeded") announce(t.exports.done(job.name));
    if (wasOpen.current && job.status === "failed") announce(t.exports.failedSpoken);
    wasOpen.current = isOpen(job);
  }, [job]);
}
