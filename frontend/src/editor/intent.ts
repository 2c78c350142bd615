/**
 * One key per thing a visitor means to buy. It follows from the draft alone, so a double click, a lost answer, a reload
 * and a second tab all send the same key: what one tab stores, another may see too late.
 */

import { browserNotes } from "../storage";
import { digest } from "./digest";

/** One export, or a set of them. */
export interface Order {
  project_id: string;
  type?: string;
  cost_cents?: number;
}

export interface Intent<O extends Order> {
  /** As it was first sent, price included: the server binds the key to all of it. */
  request: O;
  key: string;
  isSold: boolean;
  /** Nothing is known of an earlier try. */
  isNew: boolean;
}

interface Sent<O> {
  request: O;
  isSold: boolean;
}

/** All of it but the price. */
const workOf = (order: Order) => JSON.stringify({ ...order, cost_cents: undefined });
const sentNote = ({ project_id, type }: Order) => `intent:${project_id}:${type ?? "set"}`;
/** How often this very work was to be bought anew. */
const timesNote = (order: Order) => `${sentNote(order)}:${digest(workOf(order))}`;

/** What was sent for this work and is not settled, or else this request as a new intent. */
export function intentFor<O extends Order>(request: O): Intent<O> {
  const known = browserNotes.read<Partial<Sent<O>>>(sentNote(request));
  const isKnown = known?.request && workOf(known.request) === workOf(request);
  const sent: Sent<O> = isKnown ? (known as Sent<O>) : { request, isSold: false };
  if (!isKnown) browserNotes.write(sentNote(request), sent);
  const times = browserNotes.read<number>(timesNote(request)) ?? 0;
  return { ...sent, isNew: !isKnown, key: `${digest(JSON.stringify(sent.request))}-${times}` };
}

export function noteSold<O extends Order>({ request }: Intent<O>): void {
  browserNotes.write(sentNote(request), { request, isSold: true } satisfies Sent<O>);
}

/** For what the server refused: the next try is a new request, at its own price. */
export function dropIntent({ request }: Intent<Order>): void {
  browserNotes.remove(sentNote(request));
}

/** What was sold is done with: the same work once more is another purchase. */
export function closeIntent(intent: Intent<Order>): void {
  const times = timesNote(intent.request);
  browserNotes.write(times, (browserNotes.read<number>(times) ?? 0) + 1);
  dropIntent(intent);
}
