/** Buying one export: which request goes out with which key, and when a key has had its day. */

import { startExport } from "../api/calls";
import { ApiError } from "../api/client";
import { isOpen } from "../api/polling";
import type { ExportRequest, Job } from "../api/types";
import { dropIntent, intentFor, noteSold } from "./intent";

export async function sell(request: ExportRequest): Promise<Job> {
  const intent = await intentFor(request);
  const job = await startExport(intent.request, intent.key).catch(async (error: unknown) => {
    if (!provesNothingSold(error)) throw error;
    await dropIntent(intent);
    // What went out was an earlier try at an earlier price; the visitor has agreed to the new one.
    const dearer = dearerPrice(error);
    if (
      dearer === null ||
      dearer > (request.cost_cents ?? 0) ||
      intent.request.cost_cents === request.cost_cents
    )
      throw error;
    return sell(request);
  });
  if (intent.isSold && !isWorthShowing(job)) {
    await dropIntent(intent);
    return sell(request);
  }
  await noteSold(intent);
  return job;
}

/** So that the same work can be bought once more, on purpose. What is still under way stays one purchase. */
export async function forgetSold(request: ExportRequest): Promise<void> {
  const known = await intentFor(request);
  if (known.isSold) await dropIntent(known);
}

/** A refusal in our own words. A page of some proxy or framework, whatever its status, proves nothing. */
const provesNothingSold = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && error.detail !== null;

/** Pressing Export again leads to what was bought, unless nothing came of it. */
const isWorthShowing = (job: Job): boolean => isOpen(job) || job.output_url !== null;

/** The price of a 409 that means "dearer than you agreed to"; null for any other refusal. */
export function dearerPrice(error: unknown): number | null {
  return error instanceof ApiError && error.status === 409 ? error.number("cost_cents") : null;
}
