/** What a visitor has set up for one clip and kind: kept in this browser, with undo. */

import { useCallback, useEffect, useReducer } from "react";
import type { ExportType, ParamsOf } from "../api/types";
import { browserNotes } from "../storage";

const UNDO_STEPS = 50;
/** Changes of one gesture that follow each other this closely are undone together. */
const GESTURE_MS = 700;

const noteKey = (projectId: string, type: ExportType) => `draft:${projectId}:${type}`;

export function writeDraft<T extends ExportType>(projectId: string, type: T, params: ParamsOf[T]): void {
  browserNotes.write(noteKey(projectId, type), params);
}

export function forgetDrafts(projectId: string): void {
  (["framing", "overlay", "annotate", "upscale"] as const).forEach((type) =>
    browserNotes.remove(noteKey(projectId, type)),
  );
}

export interface History<P> {
  params: P;
  past: P[];
  gesture: string;
  changedMs: number;
}
type Act<P> = { act: "change"; params: P; gesture: string; nowMs: number } | { act: "undo" };

export function reduce<P>(history: History<P>, action: Act<P>): History<P> {
  if (action.act === "undo") {
    const previous = history.past.at(-1);
    if (previous === undefined) return history;
    return { params: previous, past: history.past.slice(0, -1), gesture: "", changedMs: 0 };
  }
  const isSame = action.gesture === history.gesture && action.nowMs - history.changedMs < GESTURE_MS;
  return {
    params: action.params,
    past: isSame ? history.past : [...history.past, history.params].slice(-UNDO_STEPS),
    gesture: action.gesture,
    changedMs: action.nowMs,
  };
}

export interface Draft<P> {
  params: P;
  canUndo: boolean;
  /** `gesture` names what the hand is doing, e.g. "drag". */
  change: (params: P, gesture: string) => void;
  undo: () => void;
}

export function useDraft<T extends ExportType>(
  projectId: string,
  type: T,
  empty: ParamsOf[T],
): Draft<ParamsOf[T]> {
  const [history, dispatch] = useReducer(reduce<ParamsOf[T]>, null, () => ({
    params: browserNotes.read<ParamsOf[T]>(noteKey(projectId, type)) ?? empty,
    past: [],
    gesture: "",
    changedMs: 0,
  }));
  useEffect(() => writeDraft(projectId, type, history.params), [projectId, type, history.params]);
  return {
    params: history.params,
    canUndo: history.past.length > 0,
    change: useCallback(
      (params, gesture) => dispatch({ act: "change", params, gesture, nowMs: Date.now() }),
      [],
    ),
    undo: useCallback(() => dispatch({ act: "undo" }), []),
  };
}
