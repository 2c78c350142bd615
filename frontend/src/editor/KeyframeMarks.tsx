import { useStore } from "../store";
import { t } from "../texts";
import { readableLength } from "../time";
import { type Keyframe, keyframeNear } from "./keyframes";
import type { Player } from "./player";
import { trackPlace } from "./Timeline";

interface KeyframeMarksProps {
  keyframes: readonly Keyframe[];
  durationSeconds: number;
  player: Player;
}

/** Diamonds on the track; each one is a button that goes there. */
export function KeyframeMarks({ keyframes, durationSeconds, player }: KeyframeMarksProps) {
  const current = keyframeNear(keyframes, useStore(player.time));
  return keyframes.map((keyframe, index) => (
    <button
      key={keyframe.time_seconds}
      type="button"
      onClick={() => player.seek(keyframe.time_seconds)}
      aria-label={t.editor.keyframe(index + 1, readableLength(keyframe.time_seconds, { tenths: true }))}
      aria-pressed={index === current}
      className="group absolute bottom-[-4px] grid size-6 -translate-x-1/2 place-items-center"
      style={{ left: trackPlace(keyframe.time_seconds, durationSeconds) }}
    >
      <span className="size-3.5 rotate-45 rounded-[3px] border-2 border-ball bg-surface group-aria-pressed:scale-125 group-aria-pressed:bg-ball" />
    </button>
  ));
}
