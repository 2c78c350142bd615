/**
 * One key per thing a visitor means to buy. It belongs to the draft, not to the tab: a double click, a lost answer, a
 * reload and a second tab send the very same request with the same key, so that it is sold once.
 */

import type { ExportRequest } from "../api/types";
import { browserNotes } from "../storage";

export interface Intent {
  /** As it was first sent, price included: the server binds the key to all of it. */
  request: ExportRequest;
  key: string;
  isSold?: boolean;
}

const noteKey = (request: ExportRequest) => `intent:${request.project_id}:${request.type}`;
const workOf = ({ project_id, type, params }: ExportRequest) => JSON.stringify([project_id, type, params]);

/** What is under way or sold for this work, or else a new intent. */
export function intentFor(request: ExportRequest): Promise<Intent> {
  return inTurn(noteKey(request), () => {
    const known = browserNotes.read<Partial<Intent>>(noteKey(request));
    if (known?.key && known.request && workOf(known.request) === workOf(request)) return known as Intent;
    const intent: Intent = { request, key: randomKey() };
    browserNotes.write(noteKey(request), intent);
    return intent;
  });
}

export function noteSold(intent: Intent): Promise<void> {
  return ifStillKept(intent, (key) => browserNotes.write(key, { ...intent, isSold: true }));
}

/** Only for what is known not to be sold, or what is to be bought once more. */
export function dropIntent(intent: Intent): Promise<void> {
  return ifStillKept(intent, (key) => browserNotes.remove(key));
}

function ifStillKept(intent: Intent, act: (noteKey: string) => void): Promise<void> {
  const note = noteKey(intent.request);
  return inTurn(note, () => {
    if (browserNotes.read<Intent>(note)?.key === intent.key) act(note);
  });
}

/** One tab at a time; where the browser has no locks, as good as storage alone can do it. */
async function inTurn<R>(name: string, act: () => R): Promise<R> {
  return "locks" in navigator ? await navigator.locks.request(name, act) : act();
}

/** A version 4 UUID; crypto.randomUUID is missing where a page is served over plain http to another machine. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
