/** What was set up, and the way back and forth through it. Pure. */

const UNDO_STEPS = 50;
/** Changes of one gesture that follow each other this closely are undone together. */
const GESTURE_MS = 700;

export interface History<P> {
  params: P;
  past: P[];
  future: P[];
  gesture: string;
  changedMs: number;
}

export type Act<P> =
  | { act: "change"; change: (params: P) => P; gesture: string; nowMs: number }
  | { act: "undo" }
  | { act: "redo" };

export const begin = <P>(params: P): History<P> => ({
  params,
  past: [],
  future: [],
  gesture: "",
  changedMs: 0,
});

export function reduce<P>(history: History<P>, action: Act<P>): History<P> {
  switch (action.act) {
    case "undo": {
      const params = history.past.at(-1);
      if (params === undefined) return history;
      const past = history.past.slice(0, -1);
      return { ...begin(params), past, future: [history.params, ...history.future] };
    }
    case "redo": {
      const [params, ...future] = history.future;
      if (params === undefined) return history;
      return { ...begin(params), past: [...history.past, history.params], future };
    }
    case "change": {
      const { gesture, nowMs: changedMs } = action;
      const params = action.change(history.params);
      const isSame = gesture === history.gesture && changedMs - history.changedMs < GESTURE_MS;
      const past = isSame ? history.past : [...history.past, history.params].slice(-UNDO_STEPS);
      return { params, past, future: [], gesture, changedMs };
    }
  }
}
