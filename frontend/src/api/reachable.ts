/** Whether our server answers, for the banner that says so. */

import { createStore } from "../store";

export const reachable = createStore(true);

/** What a proxy says for a server that is away; our own 502 and 503 come as JSON. */
const AWAY = [502, 503, 504];

export function noteAnswered(response: Response): void {
  const isOurs = response.headers.get("Content-Type")?.includes("json") ?? false;
  reachable.set(isOurs || !AWAY.includes(response.status));
}

export function noteUnreachable(): void {
  reachable.set(false);
}
