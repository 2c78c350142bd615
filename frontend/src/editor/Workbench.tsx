import { type ReactNode, useState } from "react";
import type { Project } from "../api/types";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import type { Steps } from "./draft";
import type { Player } from "./player";
import { Stage } from "./Stage";
import { Timeline } from "./Timeline";

interface HistoryProps {
  draft: Steps;
  canReset: boolean;
  reset: () => void;
}

interface WorkbenchProps {
  lead: string;
  trim: ReactNode;
  price: ReactNode;
  clip: Project;
  player: Player;
  overlay?: ReactNode;
  marks?: ReactNode;
  /** How many rows of marks stand above the track. */
  lanes?: number;
  hint?: ReactNode;
  history?: HistoryProps;
  children: ReactNode;
}

/** The shape all editors share: the video with its timeline, and the controls beside or below it. */
export function Workbench({
  lead,
  trim,
  price,
  clip,
  player,
  overlay,
  marks,
  lanes,
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
        <Timeline player={player} durationSeconds={clip.duration_seconds} lanes={lanes}>
          {marks}
        </Timeline>
        {trim}
        {history?.draft.conflict && <Conflict {...history.draft.conflict} />}
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1">
          <p className="min-w-60 flex-1 text-sm text-muted">{hint}</p>
          {history && <HistoryButtons {...history} />}
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

function HistoryButtons({ draft, canReset, reset }: HistoryProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="-mx-3 flex shrink-0">
      <Button tone="quiet" icon="undo" disabled={!draft.canUndo} onClick={draft.undo}>
        {t.editor.undo}
      </Button>
      <Button tone="quiet" icon="redo" disabled={!draft.canRedo} onClick={draft.redo}>
        <span className="sr-only sm:not-sr-only">{t.editor.redo}</span>
      </Button>
      <Button tone="quiet" disabled={!canReset} onClick={() => setAsking(true)}>
        {t.editor.reset}
      </Button>
      <Dialog title={t.editor.resetTitle} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p className="mb-5 text-muted">{t.editor.resetBody}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{t.editor.resetNo}</Button>
          <Button
            tone="danger"
            onClick={() => {
              setAsking(false);
              reset();
            }}
          >
            {t.editor.resetYes}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

function Conflict({ useTheirs: takeTheirs, keepMine }: NonNullable<Steps["conflict"]>) {
  return (
    <Notice
      tone="warn"
      role="alert"
      action={
        <>
          <Button onClick={takeTheirs}>{t.editor.useTheirs}</Button>
          <Button onClick={keepMine}>{t.editor.keepMine}</Button>
        </>
      }
    >
      {t.editor.otherTab}
    </Notice>
  );
}
