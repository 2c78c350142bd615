/** The keys of every editor of films: Space, J K L, arrows by frame, I and O, undo and redo. */

import { useEffect } from "react";
import type { Steps } from "./draft";
import type { Player } from "./player";

interface Keys {
  player: Player;
  steps: Steps;
  frameSeconds: number;
  onTrim: (edge: "start" | "end") => void;
}

const JUMP_SECONDS = 1;
const FASTEST = 4;

/** Whatever takes keys itself keeps them; the stage's own buttons take arrows, and have said so by then. */
function isTaken(event: KeyboardEvent): boolean {
  const on = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return true;
  if (on?.closest("input, select, textarea, [role=slider]")) return true;
  return event.key === " " && on?.closest("a, button:not([data-stage] *)") != null;
}

export function useEditorKeys({ player, steps, frameSeconds, onTrim }: Keys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
      const isRedo = (isUndo && event.shiftKey) || (event.ctrlKey && event.key.toLowerCase() === "y");
      // A slider is no place for text: undo means the editor's there too.
      const isText = event.target instanceof HTMLInputElement && event.target.type === "text";
      if ((isUndo || isRedo) && !isText && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        if (isRedo) steps.redo();
        else steps.undo();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const act = actOf(event, player, frameSeconds, onTrim);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [player, steps, frameSeconds, onTrim]);
}

function actOf(
  event: KeyboardEvent,
  player: Player,
  frameSeconds: number,
  onTrim: Keys["onTrim"],
): (() => void) | null {
  const video = player.video();
  const step = event.shiftKey ? JUMP_SECONDS : frameSeconds;
  const by = (seconds: number) => () => {
    video?.pause();
    player.seek(player.time.get() + seconds);
  };
  switch (event.key.toLowerCase()) {
    case " ":
      return player.toggle;
    case "arrowleft":
      return by(-step);
    case "arrowright":
      return by(step);
    case "j":
      return by(-JUMP_SECONDS);
    case "k":
      return () => video?.pause();
    case "l":
      return () => faster(player);
    case "i":
      return () => onTrim("start");
    case "o":
      return () => onTrim("end");
    default:
      return null;
  }
}

/** L plays; pressed again it plays faster. */
function faster(player: Player): void {
  const video = player.video();
  if (!video) return;
  video.playbackRate = video.paused ? 1 : Math.min(FASTEST, video.playbackRate * 2);
  if (video.paused) player.toggle();
}
