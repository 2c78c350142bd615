/** Exports started here are watched to their end, whatever page is open, and told of where nobody is looking. */

import { useEffect } from "react";
import { isOpen } from "../api/polling";
import { useExport } from "../api/queries";
import type { Job } from "../api/types";
import { navigate } from "../router";
import { createStore, useStore } from "../store";
import { t } from "../texts";

const watched = createStore<readonly string[]>([]);

export const watchExport = (jobId: string): void => watched.set([...new Set([...watched.get(), jobId])]);
const unwatch = (jobId: string): void => watched.set(watched.get().filter((each) => each !== jobId));

/** Only at the press of Export: a page that asks before is refused for ever. */
export function askToNotify(): void {
  if ("Notification" in window && Notification.permission === "default")
    void Promise.resolve(Notification.requestPermission()).catch(() => undefined);
}

export function Watchers() {
  return useStore(watched).map((jobId) => <Watcher key={jobId} jobId={jobId} />);
}

function Watcher({ jobId }: { jobId: string }) {
  const job = useExport(jobId).data;
  useEffect(() => {
    if (!job || isOpen(job)) return;
    unwatch(jobId);
    if (document.hidden) notify(job);
  }, [job, jobId]);
  return null;
}

function notify(job: Job): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const words = job.status === "succeeded" ? t.exports.done(job.name) : t.exports.failedSpoken;
  try {
    const note = new Notification(words, {
      body: t.ofExport(job.type, job.name),
      icon: "/icon-192.png",
    });
    note.onclick = () => {
      window.focus();
      navigate(`/exports/${job.job_id}`);
    };
  } catch {
    // Android's Chromium has notifications for service workers only; the page itself still tells.
  }
}
