/**
 * What a visitor has set up for one clip: kept in this browser, shared by its tabs, undone across the kinds of export.
 * Each part has a version; a tab that learns of a newer one takes it over (Undo brings the old one back), and never
 * writes over one it has not seen.
 */

import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import type { ExportParams, ExportType, ParamsOf, Trim } from "../api/types";
import { browserNotes } from "../storage";
import { begin, reduce } from "./history";

/** The trim belongs to the clip: every kind of export keeps the same part. */
export type Drafts = { [T in ExportType]: ParamsOf[T] } & { trim: Trim | null };
type Part = keyof Drafts;

const PARTS: readonly Part[] = ["framing", "overlay", "annotate", "upscale", "trim"];
const EMPTY: Drafts = { framing: {}, overlay: {}, annotate: {}, upscale: {}, trim: null };

interface Saved<P> {
  params: P;
  version: string;
}
type AllSaved = { [T in Part]: Saved<Drafts[T]> };

const noteKey = (projectId: string, part: Part) => `draft:${projectId}:${part}`;
const newVersion = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

/** Drafts had no version once: such a note is the params themselves. */
function readSaved<T extends Part>(projectId: string, part: T): Saved<Drafts[T]> {
  const note = browserNotes.read<Partial<Saved<Drafts[T]>>>(noteKey(projectId, part));
  if (note === null) return { params: EMPTY[part], version: "" };
  return typeof note.version === "string"
    ? (note as Saved<Drafts[T]>)
    : { params: note as Drafts[T], version: "" };
}

function save<T extends Part>(projectId: string, part: T, params: Drafts[T]): Saved<Drafts[T]> {
  const saved = { params, version: newVersion() };
  browserNotes.write(noteKey(projectId, part), saved);
  return saved;
}

const readAll = (projectId: string) =>
  Object.fromEntries(PARTS.map((part) => [part, readSaved(projectId, part)])) as AllSaved;

/** From what an export was made with, or the sample: as if it had been set up here. */
export function writeDraft(projectId: string, type: ExportType, { trim, ...params }: ExportParams): void {
  save(projectId, type, params);
  save(projectId, "trim", trim ?? null);
}

export function forgetDrafts(projectId: string): void {
  PARTS.forEach((part) => browserNotes.remove(noteKey(projectId, part)));
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

/** `onShow` is told which part an undo or a redo has changed. */
export function useDrafts(projectId: string, onShow: (part: Part) => void) {
  const [first] = useState(() => readAll(projectId));
  const [history, dispatch] = useReducer(reduce<Drafts>, first, paramsOf);
  const all = history.params;
  /** What of this tab's is in the storage, or was read from there. */
  const saved = useRef<AllSaved>(first);
  const [theirs, setTheirs] = useState<{ part: Part; saved: Saved<Drafts[Part]> } | null>(null);

  const set = useCallback(<T extends Part>(part: T, params: Drafts[T], gesture: string, nowMs: number) => {
    dispatch({
      act: "change",
      change: (now) => ({ ...now, [part]: params }),
      gesture: `${part} ${gesture}`,
      nowMs,
    });
  }, []);

  useEffect(() => {
    for (const part of PARTS) {
      const mine = saved.current[part];
      if (all[part] === mine.params) continue;
      const stored = readSaved(projectId, part);
      if (stored.version !== mine.version) setTheirs({ part, saved: stored });
      else keep(saved.current, part, save(projectId, part, all[part]));
    }
  }, [projectId, all]);

  const takeOver = useCallback(
    (part: Part, newer: Saved<Drafts[Part]>) => {
      keep(saved.current, part, newer);
      setTheirs(null);
      set(part, newer.params, "other tab", 0);
    },
    [set],
  );

  useEffect(() => {
    const learn = (event: StorageEvent) => {
      const part = PARTS.find((each) => noteKey(projectId, each) === event.key);
      if (!part) return;
      const newer = readSaved(projectId, part);
      if (newer.version !== saved.current[part].version) takeOver(part, newer);
    };
    window.addEventListener("storage", learn);
    return () => window.removeEventListener("storage", learn);
  }, [projectId, takeOver]);

  const go = (act: "undo" | "redo", to: Drafts | undefined) => {
    if (!to) return;
    dispatch({ act });
    const changed = PARTS.find((part) => to[part] !== all[part]);
    if (changed) onShow(changed);
  };
  const steps: Steps = {
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    undo: () => go("undo", history.past.at(-1)),
    redo: () => go("redo", history.future[0]),
    conflict: theirs && {
      useTheirs: () => takeOver(theirs.part, theirs.saved),
      keepMine: () => {
        keep(saved.current, theirs.part, save(projectId, theirs.part, all[theirs.part]));
        setTheirs(null);
      },
    },
  };
  return {
    all,
    steps,
    of: <T extends Part>(part: T): Draft<Drafts[T]> => ({
      ...steps,
      params: all[part],
      change: (params, gesture) => set(part, params, gesture, Date.now()),
    }),
  };
}

const paramsOf = (saved: AllSaved) =>
  begin(Object.fromEntries(PARTS.map((part) => [part, saved[part].params])) as unknown as Drafts);

function keep(all: AllSaved, part: Part, saved: Saved<Drafts[Part]>): void {
  (all as Record<Part, Saved<Drafts[Part]>>)[part] = saved;
}
