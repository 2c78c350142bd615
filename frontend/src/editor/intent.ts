/**
 * One key per thing a visitor means to buy. A double click, a lost answer, a reload: the same request keeps its key
 * until the server has decided, so it can never be paid twice.
 */

import type { ExportRequest } from "../api/types";
import { tabNotes } from "../storage";

interface Intent {
  body: string;
  key: string;
}

const noteKey = (request: ExportRequest) => `intent:${request.project_id}:${request.type}`;

export function intentKey(request: ExportRequest): string {
  const body = JSON.stringify(request);
  const known = tabNotes.read<Intent>(noteKey(request));
  if (known?.body === body) return known.key;
  const key = randomKey();
  tabNotes.write(noteKey(request), { body, key } satisfies Intent);
  return key;
}

export function settleIntent(request: ExportRequest): void {
  tabNotes.remove(noteKey(request));
}

/** A version 4 UUID; crypto.randomUUID is missing where a page is served over plain http to another machine. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
