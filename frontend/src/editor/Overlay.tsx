import type { KeyboardEvent } from "react";
import type { OverlayKeyframe, Project } from "../api/types";
import { useStore } from "../store";
import { t } from "../texts";
import type { EditorProps } from "./editors";
import { KeyframeButton } from "./KeyframeButton";
import { KeyframeMarks } from "./KeyframeMarks";
import { clamp, isSamePlace, keyframeNear, stateAt, tidy, withKeyframe, withoutKeyframe } from "./keyframes";
import { percent, Slider } from "./Slider";
import { Handle } from "./Handle";
import { nudgeOf, useDrag } from "./useDrag";
import { Workbench } from "./Workbench";

const CENTRED = { x: 0.5, y: 0.5, radius: 0.15 };
const DEFAULT_DIM = 0.6;
const RADIUS = { min: 0.01, max: 1 };
const RESIZE_STEP = 1.1;
/** Of the frame's width, as soft as the export makes it. */
const HALF_EDGE_PERCENT = 0.6;

export function OverlayEditor({ clip, player, draft, trim, price }: EditorProps<"overlay">) {
  const { keyframes = [], dim = DEFAULT_DIM } = draft.params;
  const time = useStore(player.time);
  const here = stateAt<OverlayKeyframe>(keyframes, time, CENTRED);
  const current = keyframeNear(keyframes, time);

  const place = (change: Partial<OverlayKeyframe>, gesture: string, evenIfSame = false) => {
    const next = { ...here, ...change };
    const keyframe = {
      time_seconds: tidy(time),
      x: tidy(clamp(next.x, 0, 1)),
      y: tidy(clamp(next.y, 0, 1)),
      radius: tidy(clamp(next.radius, RADIUS.min, RADIUS.max)),
    };
    if (!evenIfSame && isSamePlace(keyframe, here)) return;
    draft.change(
      { dim, keyframes: withKeyframe(keyframes, keyframe) },
      `${gesture} ${keyframe.time_seconds}`,
    );
  };

  return (
    <Workbench
      lead={t.typeLeads.overlay}
      trim={trim}
      price={price}
      clip={clip}
      player={player}
      overlay={
        <Spotlight clip={clip} here={here} dim={dim} onPlace={place} onGrab={() => player.video()?.pause()} />
      }
      marks={<KeyframeMarks keyframes={keyframes} durationSeconds={clip.duration_seconds} player={player} />}
      hint={keyframes.length ? t.editor.someKeyframes : t.editor.noKeyframes}
      history={{
        draft,
        canReset: keyframes.length > 0,
        reset: () => draft.change({ dim, keyframes: [] }, "reset"),
      }}
    >
      <Slider
        label={t.editor.dim}
        value={dim}
        min={0}
        max={1}
        step={0.01}
        shown={percent(dim)}
        onChange={(value) => draft.change({ dim: value, keyframes }, "dim")}
      />
      <Slider
        label={t.editor.radius}
        value={here.radius}
        min={RADIUS.min}
        max={RADIUS.max}
        step={0.01}
        shown={percent(here.radius)}
        onChange={(radius) => place({ radius }, "radius")}
      />
      <Slider
        label={t.editor.x}
        value={here.x}
        min={0}
        max={1}
        step={0.01}
        shown={percent(here.x)}
        onChange={(x) => place({ x }, "x")}
      />
      <Slider
        label={t.editor.y}
        value={here.y}
        min={0}
        max={1}
        step={0.01}
        shown={percent(here.y)}
        onChange={(y) => place({ y }, "y")}
      />
      <KeyframeButton
        isPlaced={current !== null}
        onPlace={() => place({}, "place", true)}
        onRemove={() =>
          current !== null && draft.change({ dim, keyframes: withoutKeyframe(keyframes, current) }, "remove")
        }
      />
    </Workbench>
  );
}

interface SpotlightProps {
  clip: Project;
  here: OverlayKeyframe;
  dim: number;
  onPlace: (change: Partial<OverlayKeyframe>, gesture: string) => void;
  onGrab: () => void;
}

/** The light on the video: drag it, pull its edge, or use the keys. */
function Spotlight({ clip, here, dim, onPlace, onGrab }: SpotlightProps) {
  const moving = {
    onStart: () => {
      onGrab();
      return { x: here.x, y: here.y };
    },
    onMove: (start: { x: number; y: number }, dx: number, dy: number) =>
      onPlace({ x: start.x + dx, y: start.y + dy }, "drag"),
  };
  const move = useDrag(moving);
  const press = (event: KeyboardEvent) => {
    const nudge = nudgeOf(event);
    const factor =
      event.key === "+" || event.key === "=" ? RESIZE_STEP : event.key === "-" ? 1 / RESIZE_STEP : null;
    if (!nudge && !factor) return;
    event.preventDefault();
    if (nudge) onPlace({ x: here.x + nudge.dx, y: here.y + nudge.dy }, "keys");
    if (factor) onPlace({ radius: here.radius * factor }, "keys");
  };
  const down = (here.radius * clip.width) / clip.height;
  const [x, y] = [`${here.x * 100}%`, `${here.y * 100}%`];
  const light =
    `radial-gradient(circle at ${x} ${y}, transparent ${here.radius * 100 - HALF_EDGE_PERCENT}cqw, ` +
    `rgb(0 0 0 / ${dim}) ${here.radius * 100 + HALF_EDGE_PERCENT}cqw)`;
  return (
    <>
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-0"
        style={{ background: light }}
      />
      <button
        type="button"
        aria-label={t.editor.spotlight}
        onKeyDown={press}
        {...move}
        data-testid="spotlight"
        className="absolute -translate-1/2 touch-pan-y touch-pinch-zoom cursor-move rounded-full border-3 border-dashed border-volt focus-visible:rounded-full focus-visible:outline-white"
        style={{ left: x, top: y, width: `${here.radius * 200}%`, height: `${down * 200}%` }}
      />
      <Handle does="move" x={here.x} y={Math.min(1, here.y + down)} {...moving} />
      <Handle
        does="widen"
        x={here.x + here.radius}
        y={here.y}
        onStart={() => {
          onGrab();
          return here.radius;
        }}
        onMove={(start, dx) => onPlace({ radius: start + dx }, "resize")}
      />
    </>
  );
}
