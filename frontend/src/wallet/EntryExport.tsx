import { useQuery } from "@tanstack/react-query";
import { getExport } from "../api/calls";
import { keys, queryClient } from "../api/queryClient";
import type { Job, Page } from "../api/types";
import { Link } from "../router";
import { t } from "../texts";

/** Which export of which clip a line paid for; nothing when the job is none of ours to show. */
export function EntryExport({ jobId }: { jobId: string }) {
  const job = useQuery({
    queryKey: keys.export(jobId),
    queryFn: () => getExport(jobId),
    staleTime: 60_000,
    retry: false,
    initialData: () => knownJob(jobId),
    initialDataUpdatedAt: () => queryClient.getQueryState(keys.exports)?.dataUpdatedAt,
  }).data;
  if (!job) return <p className="min-h-6" />;
  return (
    <Link to={`/exports/${job.job_id}`} className="block min-h-6 truncate underline decoration-line underline-offset-4 hover:decoration-current">
      {t.ofExport(job.type, job.project_name)}
    </Link>
  );
}

function knownJob(jobId: string): Job | undefined {
  const lists = queryClient.getQueryData<{ pages: Page<Job>[] }>(keys.exports);
  return lists?.pages.flatMap((page) => page.results).find((job) => job.job_id === jobId);
}
