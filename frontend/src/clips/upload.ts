/** One upload at a time, kept outside the pages so that it goes on while the visitor looks around. */

import { ApiError, apiUrl, parseError, readJson } from "../api/client";
import { noteUnreachable } from "../api/reachable";
import { keys, refresh } from "../api/queryClient";
import type { Project } from "../api/types";
import { createStore } from "../store";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { proveSession } from "../wallet/session";
import { clipName, whyRefused } from "./accept";

export type Upload =
  | { state: "idle" }
  | { state: "sending"; file: File; sentBytes: number; totalBytes: number }
  | { state: "failed"; file: File; error: unknown }
  | { state: "refused"; file: File; reason: string }
  | { state: "done"; project: Project };

export const upload = createStore<Upload>({ state: "idle" });

let request: XMLHttpRequest | null = null;

/** The files that wait for their turn, each with what it may weigh. */
const waiting: { file: File; maxBytes: number }[] = [];

/** One after the other: a phone's line is not faster for being shared. */
export function startUploads(files: Iterable<File>, maxBytes: number): void {
  waiting.push(...Array.from(files, (file) => ({ file, maxBytes })));
  startNext();
}

function startNext(): void {
  if (upload.get().state === "sending") return;
  const next = waiting.shift();
  if (next) startUpload(next.file, next.maxBytes);
}

function startUpload(file: File, maxBytes: number): void {
  const reason = whyRefused(file, maxBytes);
  if (reason) {
    upload.set({ state: "refused", file, reason });
    return;
  }
  send(file);
}

/** XMLHttpRequest, because fetch cannot tell how much has been sent. */
function send(file: File): void {
  const form = new FormData();
  form.append("name", clipName(file.name));
  form.append("video", file);
  const xhr = new XMLHttpRequest();
  request = xhr;
  xhr.open("POST", apiUrl("/api/projects"));
  xhr.withCredentials = true;
  xhr.upload.onprogress = ({ loaded, total }) =>
    upload.set({ state: "sending", file, sentBytes: loaded, totalBytes: total });
  xhr.onload = () => finish(file, xhr);
  xhr.onerror = () => {
    noteUnreachable();
    fail(file, new ApiError(0, null, {}, null));
  };
  upload.set({ state: "sending", file, sentBytes: 0, totalBytes: file.size });
  window.addEventListener("beforeunload", askBeforeLeaving);
  xhr.send(form);
}

function finish(file: File, xhr: XMLHttpRequest): void {
  const body = readJson(xhr.responseText);
  if (xhr.status !== 201) {
    fail(file, parseError(xhr.status, body, xhr.getResponseHeader("Retry-After")));
    return;
  }
  proveSession().then(
    () => arrived(body as Project),
    (error: unknown) => fail(file, error),
  );
}

function arrived(project: Project): void {
  stopAsking();
  announce(t.upload.done(project.name));
  refresh(keys.projects);
  upload.set(waiting.length ? { state: "idle" } : { state: "done", project });
  startNext();
}

function fail(file: File, error: unknown): void {
  stopAsking();
  upload.set({ state: "failed", file, error });
}

export function retryUpload(): void {
  const last = upload.get();
  if (last.state === "failed") send(last.file);
}

export function stopUpload(): void {
  request?.abort();
  stopAsking();
  upload.set({ state: "idle" });
  startNext();
}

export function dismissUpload(): void {
  if (upload.get().state === "sending") return;
  upload.set({ state: "idle" });
  startNext();
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function stopAsking(): void {
  request = null;
  window.removeEventListener("beforeunload", askBeforeLeaving);
}
