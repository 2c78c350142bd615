import type { ReactNode } from "react";
import { useStore } from "../store";
import { t } from "../texts";
import { readableLength } from "../time";
import { Icon } from "../ui/Icon";
import type { Player } from "./player";

interface TimelineProps {
  player: Player;
  durationSeconds: number;
  lanes?: number | undefined;
  /** Marks on the track, placed in percent of it. */
  children?: ReactNode;
}

const STEP_SECONDS = 0.01;
const FIRST_LANE_PIXELS = 24;
export const LANE_PIXELS = 12;

/** Play, where we are, and the track: a real range input, so that arrow keys scrub. */
export function Timeline({ player, durationSeconds, lanes = 1, children }: TimelineProps) {
  const time = useStore(player.time);
  const isPlaying = useStore(player.isPlaying);
  const shown = `${readableLength(time, { tenths: true })} / ${readableLength(durationSeconds, { tenths: true })}`;
  return (
    <div className="flex items-center gap-3">
      <button
        type="button"
        onClick={player.toggle}
        aria-label={isPlaying ? t.editor.pause : t.editor.play}
        className="grid size-12 shrink-0 place-items-center rounded-full bg-primary text-on-primary"
      >
        <Icon name={isPlaying ? "pause" : "play"} className="size-6" />
      </button>
      <div className="min-w-0 flex-1">
        <div className="relative" style={{ height: FIRST_LANE_PIXELS + (lanes - 1) * LANE_PIXELS }}>
          {children}
        </div>
        <input
          type="range"
          min={0}
          max={durationSeconds}
          step={STEP_SECONDS}
          value={time}
          aria-label={t.editor.position}
          aria-valuetext={shown}
          onChange={(event) => player.seek(Number(event.target.value))}
          className="block w-full"
        />
      </div>
      <output className="w-26 shrink-0 text-right text-sm tabular-nums text-muted">{shown}</output>
    </div>
  );
}

/** A place on the track. A thumb's width is taken off, so that marks stand above the range input's thumb. */
export function trackPlace(seconds: number, durationSeconds: number): string {
  const share = durationSeconds ? seconds / durationSeconds : 0;
  return `calc(11px + ${share} * (100% - 22px))`;
}
