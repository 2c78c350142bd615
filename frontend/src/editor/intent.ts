/**
 * One key per thing a visitor means to buy. It follows from the draft alone, so a double click, a lost answer, a reload
 * and a second tab all send the same key: what one tab stores, another may see too late.
 */

import type { ExportRequest } from "../api/types";
import { browserNotes } from "../storage";
import { digest } from "./digest";

export interface Intent {
  /** As it was first sent, price included: the server binds the key to all of it. */
  request: ExportRequest;
  key: string;
  isSold: boolean;
  /** Nothing is known of an earlier try. */
  isNew: boolean;
}

interface Sent {
  request: ExportRequest;
  isSold: boolean;
}

const workOf = ({ project_id, type, params }: ExportRequest) => JSON.stringify([project_id, type, params]);
const sentNote = ({ project_id, type }: ExportRequest) => `intent:${project_id}:${type}`;
/** How often this very work was to be bought anew. */
const timesNote = (request: ExportRequest) => `${sentNote(request)}:${digest(workOf(request))}`;

/** What was sent for this work and is not settled, or else this request as a new intent. */
export function intentFor(request: ExportRequest): Intent {
  const known = browserNotes.read<Partial<Sent>>(sentNote(request));
  const isKnown = known?.request && workOf(known.request) === workOf(request);
  const sent: Sent = isKnown ? (known as Sent) : { request, isSold: false };
  if (!isKnown) browserNotes.write(sentNote(request), sent);
  const times = browserNotes.read<number>(timesNote(request)) ?? 0;
  return { ...sent, isNew: !isKnown, key: `${digest(JSON.stringify(sent.request))}-${times}` };
}

export function noteSold({ request }: Intent): void {
  browserNotes.write(sentNote(request), { request, isSold: true } satisfies Sent);
}

/** For what the server refused: the next try is a new request, at its own price. */
export function dropIntent({ request }: Intent): void {
  browserNotes.remove(sentNote(request));
}

/** What was sold is done with: the same work once more is another purchase. */
export function closeIntent(intent: Intent): void {
  const times = timesNote(intent.request);
  browserNotes.write(times, (browserNotes.read<number>(times) ?? 0) + 1);
  dropIntent(intent);
}
