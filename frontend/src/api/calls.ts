/** Our API, call by call. */

import { apiUrl, call } from "./client";
import type {
  Checkout,
  BatchRequest,
  Config,
  ExportFilters,
  ExportParams,
  ExportRequest,
  ExportType,
  Job,
  LedgerEntry,
  Me,
  Page,
  Project,
  Quote,
  Topup,
  Wallet,
} from "./types";

const id = encodeURIComponent;

/** The path of one page of a list. `next` is an absolute address; only its cursor matters here. */
export function pagePath(path: string, next: string | null): string {
  const cursor = next === null ? null : new URL(next, "http://any").searchParams.get("cursor");
  if (cursor === null) return path;
  return `${path}${path.includes("?") ? "&" : "?"}cursor=${id(cursor)}`;
}

export const getConfig = () => call<Config>("/api/config");
export const getWallet = () => call<Wallet>("/api/wallet");
export const getMe = () => call<Me>("/api/me");
export const getLedger = (next: string | null) =>
  call<Page<LedgerEntry>>(pagePath("/api/wallet/ledger", next));
export const statementUrl = (month: string) => apiUrl(`/api/wallet/statement?month=${id(month)}`);

export const startTopup = (amount_cents: number) =>
  call<Checkout>("/api/topup", { method: "POST", json: { amount_cents } });
export const getTopup = (sessionId: string) => call<Topup>(`/api/topup/${id(sessionId)}`);

export const getProjects = (next: string | null) => call<Page<Project>>(pagePath("/api/projects", next));
export const getProject = (projectId: string) => call<Project>(`/api/projects/${id(projectId)}`);
export const clipFromExport = (from_job: string, name: string) =>
  call<Project>("/api/projects", { method: "POST", json: { from_job, name } });
export const renameProject = (projectId: string, name: string) =>
  call<Project>(`/api/projects/${id(projectId)}`, { method: "PATCH", json: { name } });
export const deleteProject = (projectId: string) =>
  call<null>(`/api/projects/${id(projectId)}`, { method: "DELETE" });

export const quoteExport = (
  project_id: string,
  type: ExportType,
  params: ExportParams,
  signal?: AbortSignal,
) => call<Quote>("/api/export/quote", { method: "POST", json: { project_id, type, params }, signal });
export const startExport = (request: ExportRequest, idempotencyKey: string) =>
  call<Job>("/api/export/start", {
    method: "POST",
    json: request,
    headers: { "Idempotency-Key": idempotencyKey },
  });
export const startBatch = (request: BatchRequest, idempotencyKey: string) =>
  call<{ jobs: Job[] }>("/api/export/batch", {
    method: "POST",
    json: request,
    headers: { "Idempotency-Key": idempotencyKey },
  });
export const getExports = (filters: ExportFilters, next: string | null) => {
  const query = new URLSearchParams({ ...filters }).toString();
  return call<Page<Job>>(pagePath(query ? `/api/export?${query}` : "/api/export", next));
};
export const renameExport = (jobId: string, name: string) =>
  call<Job>(`/api/export/${id(jobId)}`, { method: "PATCH", json: { name } });
export const deleteExport = (jobId: string) => call<null>(`/api/export/${id(jobId)}`, { method: "DELETE" });
export const getExport = (jobId: string) => call<Job>(`/api/export/${id(jobId)}`);
export const cancelExport = (jobId: string) =>
  call<Job>(`/api/export/${id(jobId)}/cancel`, { method: "POST", json: {} });
