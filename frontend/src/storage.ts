/** Small JSON notes in the browser. A full or forbidden storage loses the note, never the page. */

export interface Notes {
  read<T>(key: string): T | null;
  write(key: string, value: unknown): void;
  remove(key: string): void;
}

function notesIn(pick: () => Storage): Notes {
  const attempt = <R>(act: (storage: Storage) => R): R | null => {
    try {
      return act(pick());
    } catch {
      return null;
    }
  };
  return {
    read: <T>(key: string) =>
      attempt((storage) => {
        const text = storage.getItem(key);
        return text === null ? null : (JSON.parse(text) as T);
      }),
    write: (key, value) => void attempt((storage) => storage.setItem(key, JSON.stringify(value))),
    remove: (key) => void attempt((storage) => storage.removeItem(key)),
  };
}

/** Kept for this tab only, over reloads and the trip to Checkout. */
export const tabNotes = notesIn(() => window.sessionStorage);
/** Kept in this browser. */
export const browserNotes = notesIn(() => window.localStorage);
