import type { Job } from "../api/types";
import { writeDraft } from "../editor/draft";
import { editorPath } from "../editor/path";
import { navigate } from "../router";
import { t } from "../texts";
import { Button } from "../ui/Button";

/** Back to the editor with what this export was made with, in whichever browser. */
export function AgainButton({ job, tone = "secondary" }: { job: Job; tone?: "primary" | "secondary" }) {
  const open = () => {
    writeDraft(job.project_id, job.type, job.params);
    navigate(editorPath(job.project_id, job.type));
  };
  return (
    <Button tone={tone} icon="pen" onClick={open}>
      {t.exports.again}
    </Button>
  );
}
