import { useMutation } from "@tanstack/react-query";
import { clipFromExport } from "../api/calls";
import { keys, refresh } from "../api/queryClient";
import type { Job } from "../api/types";
import { explainError } from "../explain";
import { navigate } from "../router";
import { t } from "../texts";
import { Button } from "../ui/Button";

/** The next effect on top of this one, without a download and an upload. */
export function UseAsClip({ job }: { job: Job }) {
  const use = useMutation({
    mutationFn: () => clipFromExport(job.job_id, job.name),
    onSuccess: (clip) => {
      refresh(keys.projects);
      navigate(`/clips/${clip.id}`);
    },
  });
  return (
    <>
      <Button icon="film" busy={use.isPending} onClick={() => use.mutate()} data-testid="use-as-clip">
        {t.exports.useAsClip}
      </Button>
      {use.error && (
        <p role="alert" className="w-full text-sm text-bad">
          {explainError(use.error)}
        </p>
      )}
    </>
  );
}
