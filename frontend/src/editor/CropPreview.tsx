import { useEffect, useRef } from "react";
import { useStore } from "../store";
import { t } from "../texts";
import type { Rect } from "./crop";
import type { Player } from "./player";

const WIDTH_PIXELS = 360;

/** What the export will show, drawn from the playing video. */
export function CropPreview({ player, rect, ratio }: { player: Player; rect: Rect; ratio: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const time = useStore(player.time);
  const height = Math.round(WIDTH_PIXELS / ratio);

  useEffect(() => {
    const video = player.video();
    if (!video) return;
    const draw = () => {
      const [width, tall] = [video.videoWidth, video.videoHeight];
      const isShown = canvas.current?.offsetParent != null; // not on a phone, where the stage itself is the preview
      if (!width || !isShown) return;
      canvas.current
        ?.getContext("2d")
        ?.drawImage(
          video,
          rect.left * width,
          rect.top * tall,
          rect.width * width,
          rect.height * tall,
          0,
          0,
          WIDTH_PIXELS,
          height,
        );
    };
    draw();
    // A frame that was sought is there only a moment later.
    const events = ["seeked", "loadeddata"];
    events.forEach((name) => video.addEventListener(name, draw));
    return () => events.forEach((name) => video.removeEventListener(name, draw));
  }, [player, rect.left, rect.top, rect.width, rect.height, height, time]);

  return (
    <figure className="hidden lg:block">
      <figcaption className="mb-2 text-sm font-semibold">{t.editor.preview}</figcaption>
      <div className="grid h-72 place-items-center rounded-xl bg-[#060907]">
        <canvas
          ref={canvas}
          width={WIDTH_PIXELS}
          height={height}
          aria-hidden="true"
          className="max-h-72 max-w-full rounded-lg"
        />
      </div>
    </figure>
  );
}
