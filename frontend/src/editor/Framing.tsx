import type { KeyboardEvent } from "react";
import type { Aspect, FramingKeyframe } from "../api/types";
import { useStore } from "../store";
import { t } from "../texts";
import { Choice } from "../ui/Choice";
import { ASPECTS, centreOf, cropAt, MAX_ZOOM } from "./crop";
import { CropPreview } from "./CropPreview";
import type { EditorProps } from "./editors";
import { KeyframeButton } from "./KeyframeButton";
import { KeyframeMarks } from "./KeyframeMarks";
import { clamp, isSamePlace, keyframeNear, stateAt, tidy, withKeyframe, withoutKeyframe } from "./keyframes";
import { percent, Slider } from "./Slider";
import { Handle } from "./Handle";
import { nudgeOf, useDrag } from "./useDrag";
import { Workbench } from "./Workbench";

const CENTRED = { x: 0.5, y: 0.5, zoom: 1 };
const ZOOM_STEP = 1.1;

export function FramingEditor({ clip, player, draft, trim, price }: EditorProps<"framing">) {
  const { aspect = "9:16", keyframes = [] } = draft.params;
  const time = useStore(player.time);
  const here = stateAt<FramingKeyframe>(keyframes, time, CENTRED);
  const rect = cropAt(here, aspect, clip);
  const shown = { ...here, ...centreOf(rect) };
  const current = keyframeNear(keyframes, time);

  const place = (change: Partial<FramingKeyframe>, gesture: string, evenIfSame = false) => {
    const next = { ...shown, ...change };
    const zoom = clamp(next.zoom, 1, MAX_ZOOM);
    const centre = centreOf(cropAt({ ...next, zoom }, aspect, clip));
    const keyframe = { time_seconds: tidy(time), x: tidy(centre.x), y: tidy(centre.y), zoom: tidy(zoom) };
    // A frame that fills the picture has nowhere to go: pushing it is no keyframe.
    if (!evenIfSame && isSamePlace(keyframe, shown)) return;
    draft.change(
      { aspect, keyframes: withKeyframe(keyframes, keyframe) },
      `${gesture} ${keyframe.time_seconds}`,
    );
  };

  return (
    <Workbench
      lead={t.typeLeads.framing}
      trim={trim}
      price={price}
      clip={clip}
      player={player}
      overlay={<CropFrame rect={rect} shown={shown} onPlace={place} onGrab={() => player.video()?.pause()} />}
      marks={<KeyframeMarks keyframes={keyframes} durationSeconds={clip.duration_seconds} player={player} />}
      hint={keyframes.length ? t.editor.someKeyframes : t.editor.noKeyframes}
      history={{
        draft,
        canReset: keyframes.length > 0,
        reset: () => draft.change({ aspect, keyframes: [] }, "reset"),
      }}
    >
      <Choice
        legend={t.editor.aspect}
        name="aspect"
        value={aspect}
        onChange={(chosen) => draft.change({ aspect: chosen, keyframes }, "aspect")}
        options={(Object.keys(ASPECTS) as Aspect[]).map((value) => ({
          value,
          label: value,
          drawing: <Shape ratio={ASPECTS[value]} />,
        }))}
      />
      <CropPreview player={player} rect={rect} ratio={ASPECTS[aspect]} />
      <div className="grid gap-3">
        <Slider
          label={t.editor.zoom}
          value={shown.zoom}
          min={1}
          max={MAX_ZOOM}
          step={0.05}
          shown={`${shown.zoom.toFixed(2)}×`}
          onChange={(zoom) => place({ zoom }, "zoom")}
        />
        <Slider
          label={t.editor.x}
          value={shown.x}
          min={0}
          max={1}
          step={0.01}
          shown={percent(shown.x)}
          onChange={(x) => place({ x }, "x")}
        />
        <Slider
          label={t.editor.y}
          value={shown.y}
          min={0}
          max={1}
          step={0.01}
          shown={percent(shown.y)}
          onChange={(y) => place({ y }, "y")}
        />
      </div>
      <KeyframeButton
        isPlaced={current !== null}
        onPlace={() => place({}, "place", true)}
        onRemove={() =>
          current !== null &&
          draft.change({ aspect, keyframes: withoutKeyframe(keyframes, current) }, "remove")
        }
      />
    </Workbench>
  );
}

interface CropFrameProps {
  rect: ReturnType<typeof cropAt>;
  shown: FramingKeyframe;
  onPlace: (change: Partial<FramingKeyframe>, gesture: string) => void;
  onGrab: () => void;
}

/** The frame on the video: drag it, pull its corner, or use the keys. */
function CropFrame({ rect, shown, onPlace, onGrab }: CropFrameProps) {
  const moving = {
    onStart: () => {
      onGrab();
      return { x: shown.x, y: shown.y };
    },
    onMove: (start: { x: number; y: number }, dx: number, dy: number) =>
      onPlace({ x: start.x + dx, y: start.y + dy }, "drag"),
  };
  const move = useDrag(moving);
  const press = (event: KeyboardEvent) => {
    const nudge = nudgeOf(event);
    const factor =
      event.key === "+" || event.key === "=" ? ZOOM_STEP : event.key === "-" ? 1 / ZOOM_STEP : null;
    if (!nudge && !factor) return;
    event.preventDefault();
    if (nudge) onPlace({ x: shown.x + nudge.dx, y: shown.y + nudge.dy }, "keys");
    if (factor) onPlace({ zoom: shown.zoom * factor }, "keys");
  };
  const place = {
    left: `${rect.left * 100}%`,
    top: `${rect.top * 100}%`,
    width: `${rect.width * 100}%`,
    height: `${rect.height * 100}%`,
  };
  const canMove = tidy(rect.width) < 1 || tidy(rect.height) < 1;
  return (
    <>
      <button
        type="button"
        aria-label={t.editor.cropFrame}
        onKeyDown={press}
        {...move}
        style={place}
        data-testid="crop"
        className="absolute touch-pan-y touch-pinch-zoom cursor-move rounded-md border-3 border-volt shadow-[0_0_0_9999px_rgb(4_7_5/0.66)] focus-visible:outline-white
          bg-[linear-gradient(#fff3,#fff3),linear-gradient(#fff3,#fff3),linear-gradient(90deg,#fff3,#fff3),linear-gradient(90deg,#fff3,#fff3)]
          bg-[length:1px_100%,1px_100%,100%_1px,100%_1px] bg-[position:33%_0,67%_0,0_33%,0_67%] bg-no-repeat"
      />
      {canMove && <Handle does="move" x={shown.x} y={rect.top + rect.height} {...moving} />}
      <Handle
        does="resize"
        x={rect.left + rect.width}
        y={rect.top + rect.height}
        onStart={() => {
          onGrab();
          return { width: rect.width, zoom: shown.zoom };
        }}
        onMove={(start, dx) =>
          onPlace({ zoom: start.zoom * (start.width / Math.max(0.02, start.width + 2 * dx)) }, "resize")
        }
      />
    </>
  );
}

function Shape({ ratio }: { ratio: number }) {
  return (
    <span aria-hidden="true" className="grid h-6 place-items-center">
      <span
        className="block rounded-[3px] border-2 border-current"
        style={{ aspectRatio: ratio, ...(ratio > 1 ? { width: 24 } : { height: 22 }) }}
      />
    </span>
  );
}
