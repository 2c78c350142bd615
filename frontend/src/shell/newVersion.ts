/** After a release the parts of the app that this page has not fetched yet are gone: the page starts over, once. */

import { tabNotes } from "../storage";

const RELOADED = "reloaded-at";
const AGAIN_AFTER_MS = 60_000;

export function reloadForNewVersion(event: Event): void {
  if (!navigator.onLine) return;
  if (Date.now() - (tabNotes.read<number>(RELOADED) ?? 0) < AGAIN_AFTER_MS) return;
  event.preventDefault();
  tabNotes.write(RELOADED, Date.now());
  window.location.reload();
}
