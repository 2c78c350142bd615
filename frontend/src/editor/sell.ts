/** Buying one export or a set: which request goes out with which key, and when a key has had its day. */

import { startBatch, startExport } from "../api/calls";
import { ApiError } from "../api/client";
import { isOpen } from "../api/polling";
import type { BatchRequest, ExportRequest, Job } from "../api/types";
import { closeIntent, dropIntent, type Intent, intentFor, noteSold, type Order } from "./intent";

export const sell = (request: ExportRequest): Promise<Job[]> =>
  buy(request, async (sent, key) => [await startExport(sent, key)]);

export const sellSet = (request: BatchRequest): Promise<Job[]> =>
  buy(request, async (sent, key) => (await startBatch(sent, key)).jobs);

async function buy<O extends Order>(
  request: O,
  send: (request: O, key: string) => Promise<Job[]>,
): Promise<Job[]> {
  const intent = intentFor(request);
  let jobs: Job[];
  try {
    jobs = await send(intent.request, intent.key);
  } catch (error) {
    if (!provesNothingSold(error)) throw error;
    dropIntent(intent);
    if (isAgreedBy(request, intent, dearerPrice(error))) return buy(request, send);
    throw error;
  }
  if (intent.isSold && !jobs.some(isWorthShowing)) {
    closeIntent(intent);
    return buy(request, send);
  }
  noteSold(intent);
  return jobs;
}

/** So that the same work can be bought once more, on purpose. What is still under way stays one purchase. */
export function forgetSold(request: Order): void {
  const known = intentFor(request);
  if (known.isSold || known.isNew) closeIntent(known);
}

/** A refusal in our own words. A page of some proxy or framework, whatever its status, proves nothing. */
const provesNothingSold = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && error.detail !== null;

/** What went out was an earlier try at an earlier price, and the visitor has agreed to the new one since. */
const isAgreedBy = (request: Order, { request: earlier }: Intent<Order>, dearer: number | null): boolean =>
  dearer !== null && dearer <= (request.cost_cents ?? 0) && earlier.cost_cents !== request.cost_cents;

/** Pressing Export again leads to what was bought, unless nothing came of it. */
const isWorthShowing = (job: Job): boolean => isOpen(job) || job.output_url !== null;

/** The price of a 409 that means "dearer than you agreed to"; null for any other refusal. */
export function dearerPrice(error: unknown): number | null {
  return error instanceof ApiError && error.status === 409 ? error.number("cost_cents") : null;
}
