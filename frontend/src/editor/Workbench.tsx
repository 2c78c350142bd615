import type { ReactNode } from "react";
import type { Project } from "../api/types";
import { t } from "../texts";
import { Button } from "../ui/Button";
import type { Player } from "./player";
import { Stage } from "./Stage";
import { Timeline } from "./Timeline";

interface WorkbenchProps {
  lead: string;
  price: ReactNode;
  clip: Project;
  player: Player;
  overlay?: ReactNode;
  marks?: ReactNode;
  hint?: ReactNode;
  history?: { canUndo: boolean; undo: () => void; canReset: boolean; reset: () => void };
  children: ReactNode;
}

/** The shape all editors share: the video with its timeline, and the controls beside or below it. */
export function Workbench({
  lead,
  price,
  clip,
  player,
  overlay,
  marks,
  hint,
  history,
  children,
}: WorkbenchProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5 pb-16 lg:grid-cols-[minmax(0,1fr)_20rem] lg:pb-0">
      <div className="grid content-start gap-3">
        <Stage clip={clip} player={player}>
          {overlay}
        </Stage>
        <Timeline player={player} durationSeconds={clip.duration_seconds}>
          {marks}
        </Timeline>
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1">
          <p className="min-w-60 flex-1 text-sm text-muted">{hint}</p>
          {history && (
            <div className="-mx-3 flex shrink-0">
              <Button tone="quiet" icon="undo" disabled={!history.canUndo} onClick={history.undo}>
                {t.editor.undo}
              </Button>
              <Button tone="quiet" disabled={!history.canReset} onClick={history.reset}>
                {t.editor.reset}
              </Button>
            </div>
          )}
        </div>
      </div>
      <div className="grid content-start gap-4">
        {price}
        <div className="card grid content-start gap-5 p-4 sm:p-5">
          <p className="hidden text-muted lg:block">{lead}</p>
          {children}
        </div>
      </div>
    </div>
  );
}
