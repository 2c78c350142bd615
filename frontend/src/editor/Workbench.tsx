import type { ReactNode } from "react";
import type { Project } from "../api/types";
import { t } from "../texts";
import { Button } from "../ui/Button";
import type { Player } from "./player";
import { Stage } from "./Stage";
import { Timeline } from "./Timeline";

interface WorkbenchProps {
  clip: Project;
  player: Player;
  overlay?: ReactNode;
  marks?: ReactNode;
  hint?: ReactNode;
  history?: { canUndo: boolean; undo: () => void; canReset: boolean; reset: () => void };
  children: ReactNode;
}

/** The shape all editors share: the video with its timeline, and the controls beside or below it. */
export function Workbench({ clip, player, overlay, marks, hint, history, children }: WorkbenchProps) {
  return (
    <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="grid content-start gap-3">
        <Stage clip={clip} player={player}>{overlay}</Stage>
        <Timeline player={player} durationSeconds={clip.duration_seconds}>{marks}</Timeline>
        <div className="flex min-h-11 items-start justify-between gap-3">
          <p className="pt-1 text-sm text-muted">{hint}</p>
          {history && (
            <div className="flex shrink-0 gap-1">
              <Button tone="quiet" icon="undo" disabled={!history.canUndo} onClick={history.undo}>{t.editor.undo}</Button>
              <Button tone="quiet" disabled={!history.canReset} onClick={history.reset}>{t.editor.reset}</Button>
            </div>
          )}
        </div>
      </div>
      <div className="card grid content-start gap-5 p-4 sm:p-5">{children}</div>
    </div>
  );
}
