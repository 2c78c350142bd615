/** What a screen reader is told without moving its place: the balance, progress, outcomes. */

import { createStore, useStore } from "../store";

const spoken = createStore("");

export function announce(text: string): void {
  // The same sentence twice must change the text to be read twice.
  spoken.set(spoken.get() === text ? `${text}\u00a0` : text);
}

export function Announcer() {
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {useStore(spoken)}
    </div>
  );
}
