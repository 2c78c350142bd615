import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import type { Project, Trim } from "../api/types";
import { useConfig } from "../api/queries";
import { useStore } from "../store";
import { t } from "../texts";
import { readableLength } from "../time";
import { Button } from "../ui/Button";
import type { Draft } from "./draft";
import type { Player } from "./player";
import { trackPlace } from "./Timeline";
import { blocksOf, lengthOf, orNone, snappedEnd, whole, withEnd, withStart } from "./trim";

interface TrimBarProps {
  clip: Project;
  player: Player;
  draft: Draft<Trim | null>;
}

const tenths = (seconds: number) => readableLength(seconds, { tenths: true });

/** Which part of the clip is kept: two handles on a track, two buttons for the moment shown, and what it saves. */
export function TrimBar({ clip, player, draft }: TrimBarProps) {
  const { duration_seconds: duration, fps } = clip;
  const blockSeconds = useConfig().data?.prices.block_seconds ?? 30;
  const time = useStore(player.time);
  const trim = draft.params ?? whole(duration);
  const blocks = blocksOf(lengthOf(trim), blockSeconds);
  const change = (next: Trim, gesture: string) => draft.change(orNone(next, duration), gesture);
  const start = (seconds: number, gesture = "start") => change(withStart(trim, seconds), gesture);
  const end = (seconds: number, gesture = "end") => change(withEnd(trim, seconds, duration), gesture);
  const edge = { duration, frameSeconds: 1 / (fps || 30), onSeek: player.seek };

  return (
    <section aria-label={t.trim.label} className="grid gap-1">
      <div data-track className="relative mx-0 h-11 touch-none">
        <div className="absolute inset-x-[11px] top-4 h-3 rounded-full bg-sunken" />
        <div
          className="absolute top-4 h-3 bg-volt ring-1 ring-edge"
          style={{
            left: trackPlace(trim.start_seconds, duration),
            right: `calc(100% - (${trackPlace(trim.end_seconds, duration)}))`,
          }}
        />
        <Edge {...edge} label={t.trim.start} seconds={trim.start_seconds} onChange={start} />
        <Edge
          {...edge}
          label={t.trim.end}
          seconds={trim.end_seconds}
          onChange={end}
          onDrag={(seconds) => end(snappedEnd(trim, seconds, blockSeconds))}
        />
      </div>
      <div className="flex flex-wrap items-center gap-x-1 gap-y-1">
        <h2 className="text-sm font-semibold">{t.trim.title}</h2>
        <Button tone="quiet" onClick={() => start(time)} title="I">
          {t.trim.startHere}
        </Button>
        <Button tone="quiet" onClick={() => end(time)} title="O">
          {t.trim.endHere}
        </Button>
        {blocks > 1 && (
          <Button
            tone="quiet"
            onClick={() => end(trim.start_seconds + (blocks - 1) * blockSeconds, "block")}
            data-testid="to-block"
          >
            {t.trim.toBlock((blocks - 1) * blockSeconds)}
          </Button>
        )}
        {draft.params && (
          <Button tone="quiet" onClick={() => draft.change(null, "whole")}>
            {t.trim.whole}
          </Button>
        )}
        <p className="ml-auto text-sm tabular-nums text-muted" data-testid="kept">
          {draft.params ? t.trim.keeps(tenths(lengthOf(trim)), tenths(duration)) : t.trim.keepsAll}
        </p>
      </div>
    </section>
  );
}

interface EdgeProps {
  label: string;
  seconds: number;
  duration: number;
  frameSeconds: number;
  onChange: (seconds: number, gesture?: string) => void;
  onDrag?: (seconds: number) => void;
  onSeek: (seconds: number) => void;
}

/** One end of what is kept. Arrow keys go by frames, with Shift by seconds. */
function Edge({ label, seconds, duration, frameSeconds, onChange, onDrag = onChange, onSeek }: EdgeProps) {
  const isHeld = useRef(false);
  const move = (event: PointerEvent<HTMLElement>) => {
    const track = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!isHeld.current || !track) return;
    const at = ((event.clientX - track.left - 11) / (track.width - 22)) * duration;
    onDrag(at);
    onSeek(at);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 1 : frameSeconds;
    const to = { ArrowLeft: seconds - step, ArrowRight: seconds + step, Home: 0, End: duration }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChange(to, "keys");
    onSeek(to);
  };
  return (
    <button
      type="button"
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={seconds}
      aria-valuetext={tenths(seconds)}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        isHeld.current = true;
      }}
      onPointerMove={move}
      onPointerUp={() => (isHeld.current = false)}
      onPointerCancel={() => (isHeld.current = false)}
      className="absolute top-0 grid size-11 -translate-x-1/2 touch-none cursor-ew-resize place-items-center"
      style={{ left: trackPlace(seconds, duration) }}
    >
      <span className="h-8 w-3 rounded-md border-2 border-[#10150f] bg-volt" />
    </button>
  );
}
