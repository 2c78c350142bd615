import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { cancelExport } from "../api/calls";
import { ApiError } from "../api/client";
import { keys, refresh } from "../api/queryClient";
import { useExports } from "../api/queries";
import type { Job } from "../api/types";
import { explainError } from "../explain";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import { ProgressBar } from "../ui/ProgressBar";
import { remainingSeconds } from "./remaining";

const SPOKEN_STEP_PERCENT = 25;

export function Working({ job }: { job: Job }) {
  const [isAsking, setAsking] = useState(false);
  const percent = Math.round(job.progress * 100);
  useSpokenProgress(percent);
  const left = useRemaining(job);
  return (
    <section className="card relative overflow-hidden p-6 sm:p-8">
      <div aria-hidden="true" className="speed-lines absolute inset-y-0 right-0 w-1/3 opacity-25" />
      <div className="relative grid gap-5">
        <p className="flex items-baseline gap-3">
          <span className="score text-7xl tabular-nums">{t.exports.progress(percent)}</span>
          <span className="text-muted">
            {t.statuses[job.status]}
            {left !== null && `, ${t.exports.left(left)}`}
          </span>
        </p>
        <ProgressBar
          label={t.exports.progressLabel}
          value={job.status === "queued" ? null : job.progress}
          valueText={t.exports.progress(percent)}
        />
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted">{t.exports.leave}</p>
          <Button tone="danger" icon="close" onClick={() => setAsking(true)}>
            {t.exports.cancel}
          </Button>
        </div>
      </div>
      <CancelDialog job={job} isOpen={isAsking} onClose={() => setAsking(false)} />
    </section>
  );
}

/** Looked at anew with each answer about the job. */
function useRemaining(job: Job): number | null {
  const { jobs } = useExports();
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return remainingSeconds(job, jobs, nowMs);
}

function CancelDialog({ job, isOpen, onClose }: { job: Job; isOpen: boolean; onClose: () => void }) {
  const cancel = useMutation({
    mutationFn: () => cancelExport(job.job_id),
    onSuccess: onClose,
    onSettled: () => refresh(keys.export(job.job_id), keys.exports, keys.wallet, keys.ledger),
  });
  const isLate = cancel.error instanceof ApiError && cancel.error.status === 409;
  return (
    <Dialog title={t.exports.cancelTitle} isOpen={isOpen} onClose={onClose}>
      <p className="mb-5 text-muted">{t.exports.cancelBody(job.cost_cents - job.refunded_cents)}</p>
      {cancel.error && (
        <div className="mb-4">
          <Notice tone="bad" role="alert">
            {isLate ? t.exports.cancelLate : explainError(cancel.error)}
          </Notice>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t.exports.cancelNo}</Button>
        <Button tone="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
          {t.exports.cancelYes}
        </Button>
      </div>
    </Dialog>
  );
}

/** Every quarter, not every percent: a screen reader is told, not flooded. */
function useSpokenProgress(percent: number): void {
  const spoken = useRef(0);
  useEffect(() => {
    const step = Math.floor(percent / SPOKEN_STEP_PERCENT) * SPOKEN_STEP_PERCENT;
    if (step > spoken.current && step < 100)
      announce(`${t.exports.progressLabel}: ${t.exports.progress(step)}`);
    spoken.current = step;
  }, [percent]);
}
