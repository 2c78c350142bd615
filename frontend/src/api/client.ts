/** One way to call our API: cookies, JSON, and an ApiError that carries facts. */

import { noteAnswered, noteUnreachable } from "./reachable";

const BASE: string = import.meta.env.VITE_API_BASE ?? "";

/** An address given by the API (often a path) as one the browser can use from this origin. */
export function apiUrl(path: string): string {
  return BASE ? new URL(path, BASE).href : path;
}

export type ErrorDetail = string | Record<string, unknown>;

export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 when no answer came at all. */
    readonly status: number,
    readonly detail: ErrorDetail | null,
    /** Validation messages by field. */
    readonly fields: Record<string, string[]>,
    readonly retryAfterSeconds: number | null,
  ) {
    super(`HTTP ${status}`);
    this.name = "ApiError";
  }

  /** A fact from a structured detail, e.g. shortfall_cents of a 402. */
  number(name: string): number | null {
    const value = typeof this.detail === "object" && this.detail ? this.detail[name] : undefined;
    return typeof value === "number" ? value : null;
  }

  /** Nothing was decided: the same request may be sent again. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What a refusal says, whichever of the API's two error shapes it has. */
export function parseError(status: number, body: unknown, retryAfter: string | null): ApiError {
  const record = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const detail = record["detail"];
  const fields: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(record)) {
    if (name !== "detail" && Array.isArray(value)) fields[name] = value.map(String);
  }
  const seconds = Number(retryAfter);
  return new ApiError(
    status,
    typeof detail === "string" || (typeof detail === "object" && detail !== null)
      ? (detail as ErrorDetail)
      : null,
    fields,
    retryAfter !== null && Number.isFinite(seconds) ? seconds : null,
  );
}

interface CallOptions {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** What was last answered for a path, so that polling costs a 304 when nothing has changed. */
const answered = new Map<string, { etag: string; body: unknown }>();
const ANSWERS_KEPT = 60;

export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const isRead = (options.method ?? "GET") === "GET";
  const known = isRead ? answered.get(path) : undefined;
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.json !== undefined) headers["Content-Type"] = "application/json";
  if (known) headers["If-None-Match"] = known.etag;

  let response: Response;
  try {
    response = await fetch(apiUrl(path), {
      method: options.method ?? "GET",
      credentials: "include",
      headers,
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    noteUnreachable();
    throw new ApiError(0, null, {}, null);
  }
  noteAnswered(response);
  if (response.status === 304 && known) return known.body as T;
  const text = await response.text();
  const body = readJson(text);
  if (!response.ok) throw parseError(response.status, body, response.headers.get("Retry-After"));
  if (isRead) remember(path, response.headers.get("ETag"), body);
  return body as T;
}

export function readJson(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null; // a proxy's HTML page: the status says enough
  }
}

function remember(path: string, etag: string | null, body: unknown): void {
  if (!etag) return;
  answered.delete(path);
  answered.set(path, { etag, body });
  const oldest = answered.size > ANSWERS_KEPT ? answered.keys().next().value : undefined;
  if (oldest !== undefined) answered.delete(oldest);
}
