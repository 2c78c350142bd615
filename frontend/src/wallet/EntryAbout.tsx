import { useQuery } from "@tanstack/react-query";
import { getExport } from "../api/calls";
import { keys, queryClient } from "../api/queryClient";
import type { Job, LedgerEntry, Page } from "../api/types";
import { Link } from "../router";
import { t } from "../texts";

/** What a line is about: the export of the clip it paid for, or else what was noted with it. */
export function EntryAbout({ entry }: { entry: LedgerEntry }) {
  if (entry.job_id) return <AboutExport jobId={entry.job_id} note={entry.note} />;
  // Stripe's ids are noted for operators; the reason says the same in words.
  return entry.reason === "bonus" && entry.note ? <p className="text-sm text-muted">{entry.note}</p> : null;
}

function AboutExport({ jobId, note }: { jobId: string; note: string }) {
  const job = useQuery({
    queryKey: keys.export(jobId),
    queryFn: () => getExport(jobId),
    staleTime: 60_000,
    retry: false,
    initialData: () => knownJob(jobId),
    initialDataUpdatedAt: () => queryClient.getQueryState(keys.exportList({}))?.dataUpdatedAt,
  }).data;
  if (!job) return <p className="min-h-6 truncate">{note}</p>;
  return (
    <Link
      to={`/exports/${job.job_id}`}
      className="block min-h-6 truncate underline decoration-line underline-offset-4 hover:decoration-current"
    >
      {t.ofExport(job.type, job.name)}
    </Link>
  );
}

function knownJob(jobId: string): Job | undefined {
  const lists = queryClient.getQueryData<{ pages: Page<Job>[] }>(keys.exportList({}));
  return lists?.pages.flatMap((page) => page.results).find((job) => job.job_id === jobId);
}
