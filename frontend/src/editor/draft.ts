/**
 * What a visitor has set up for one clip and kind: kept in this browser and shared by its tabs. Each saving has a version;
 * a tab that learns of a newer one takes it over (Undo brings the old one back), and never writes over one it has not seen.
 */

import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import type { ExportType, ParamsOf } from "../api/types";
import { browserNotes } from "../storage";
import { begin, reduce } from "./history";

interface Saved<P> {
  params: P;
  version: string;
}

const noteKey = (projectId: string, type: ExportType) => `draft:${projectId}:${type}`;
const newVersion = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

/** Drafts had no version once: such a note is the params themselves. */
function readSaved<P>(key: string): Saved<P> | null {
  const note = browserNotes.read<Partial<Saved<P>>>(key);
  if (note === null) return null;
  return typeof note.version === "string" ? (note as Saved<P>) : { params: note as P, version: "" };
}

function save<P>(key: string, params: P): string {
  const version = newVersion();
  browserNotes.write(key, { params, version } satisfies Saved<P>);
  return version;
}

export function writeDraft<T extends ExportType>(projectId: string, type: T, params: ParamsOf[T]): void {
  save(noteKey(projectId, type), params);
}

export function forgetDrafts(projectId: string): void {
  (["framing", "overlay", "annotate", "upscale"] as const).forEach((type) =>
    browserNotes.remove(noteKey(projectId, type)),
  );
}

export interface Steps {
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
  /** Two tabs changed it at the same moment: the visitor chooses. */
  conflict: { useTheirs: () => void; keepMine: () => void } | null;
}

export interface Draft<P> extends Steps {
  params: P;
  /** `gesture` names what the hand is doing, e.g. "drag". */
  change: (params: P, gesture: string) => void;
}

export function useDraft<T extends ExportType>(
  projectId: string,
  type: T,
  empty: ParamsOf[T],
): Draft<ParamsOf[T]> {
  type P = ParamsOf[T];
  const key = noteKey(projectId, type);
  const [first] = useState(() => readSaved<P>(key));
  const [history, dispatch] = useReducer(reduce<P>, begin(first?.params ?? empty));
  const { params } = history;
  /** What of this tab's is in the storage, or was read from there. */
  const saved = useRef<Saved<P>>({ params, version: first?.version ?? "" });
  const [theirs, setTheirs] = useState<Saved<P> | null>(null);

  useEffect(() => {
    if (params === saved.current.params) return;
    const stored = readSaved<P>(key);
    if (stored && stored.version !== saved.current.version) setTheirs(stored);
    else saved.current = { params, version: save(key, params) };
  }, [key, params]);

  const takeOver = useCallback((newer: Saved<P>) => {
    saved.current = newer;
    setTheirs(null);
    dispatch({ act: "change", params: newer.params, gesture: "other tab", nowMs: 0 });
  }, []);

  useEffect(() => {
    const learn = (event: StorageEvent) => {
      if (event.key !== key) return;
      const newer = readSaved<P>(key);
      if (newer && newer.version !== saved.current.version) takeOver(newer);
    };
    window.addEventListener("storage", learn);
    return () => window.removeEventListener("storage", learn);
  }, [key, takeOver]);

  return {
    params,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: useCallback((next, gesture) => {
      dispatch({ act: "change", params: next, gesture, nowMs: Date.now() });
    }, []),
    undo: useCallback(() => dispatch({ act: "undo" }), []),
    redo: useCallback(() => dispatch({ act: "redo" }), []),
    conflict: theirs && {
      useTheirs: () => takeOver(theirs),
      keepMine: () => {
        saved.current = { params, version: save(key, params) };
        setTheirs(null);
      },
    },
  };
}
