/** Small JSON notes in the browser. Where storage is full or forbidden they live as long as the page. */

export interface Notes {
  read: <T>(key: string) => T | null;
  write: (key: string, value: unknown) => void;
  remove: (key: string) => void;
}

function notesIn(pick: () => Storage): Notes {
  const unsaved = new Map<string, string>();
  const attempt = <R>(act: (storage: Storage) => R): R | null => {
    try {
      return act(pick());
    } catch {
      return null;
    }
  };
  return {
    read: <T>(key: string) =>
      attempt(() => {
        const text = unsaved.get(key) ?? attempt((storage) => storage.getItem(key));
        return text === null ? null : (JSON.parse(text) as T);
      }),
    write(key, value) {
      const text = JSON.stringify(value);
      unsaved.set(key, text);
      attempt((storage) => {
        storage.setItem(key, text);
        unsaved.delete(key);
      });
    },
    remove(key) {
      unsaved.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
  };
}

/** Kept for this tab only, over reloads and the trip to Checkout. */
export const tabNotes = notesIn(() => window.sessionStorage);
/** Kept in this browser. */
export const browserNotes = notesIn(() => window.localStorage);
