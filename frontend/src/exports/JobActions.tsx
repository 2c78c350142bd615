import { useState } from "react";
import { deleteExport, renameExport } from "../api/calls";
import { isOpen } from "../api/polling";
import { keys, refresh } from "../api/queryClient";
import type { Job } from "../api/types";
import { t } from "../texts";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { IconButton } from "../ui/IconButton";
import { RenameDialog } from "../ui/RenameDialog";

interface JobActionsProps {
  job: Job;
  /** On a phone one above the other, where a row has no room. */
  isColumn?: boolean;
  onDeleted?: () => void;
}

/** Another name, or away with it. What is still being made can only be cancelled. */
export function JobActions({ job, isColumn = false, onDeleted }: JobActionsProps) {
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const changed = () => refresh(keys.exports, keys.export(job.job_id));
  return (
    <div className={isColumn ? "flex flex-col sm:flex-row" : "flex"}>
      <IconButton icon="pen" label={t.rename.of(job.name)} onPress={() => setOpen("rename")} />
      {!isOpen(job) && (
        <IconButton icon="trash" label={t.exports.remove(job.name)} onPress={() => setOpen("delete")} />
      )}
      <RenameDialog
        name={job.name}
        isOpen={open === "rename"}
        onClose={() => setOpen(null)}
        save={(name) => renameExport(job.job_id, name)}
        onSaved={changed}
      />
      <ConfirmDialog
        title={t.exports.removeTitle}
        body={t.exports.removeBody(job.name)}
        yes={t.exports.removeYes}
        isOpen={open === "delete"}
        onClose={() => setOpen(null)}
        act={() => deleteExport(job.job_id)}
        onDone={() => {
          onDeleted?.();
          refresh(keys.exports, keys.quotes);
        }}
      />
    </div>
  );
}
