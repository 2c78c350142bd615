import type { CSSProperties, ReactNode } from "react";
import { apiUrl } from "../api/client";
import type { Project } from "../api/types";
import { useStore } from "../store";
import { t } from "../texts";
import type { Player } from "./player";

interface StageProps {
  clip: Project;
  player: Player;
  /** What is drawn on the video; laid out in fractions of it. */
  children?: ReactNode;
}

/** The video at its true shape, its place kept from the first paint. */
export function Stage({ clip, player, children }: StageProps) {
  const { attach, toggle } = player;
  const isBroken = useStore(player.isBroken);
  const shape = { "--shape": clip.width / clip.height } as CSSProperties;
  return (
    <div className="grid place-items-center overflow-hidden rounded-2xl bg-[#060907]">
      <div
        data-stage
        className="relative aspect-(--shape) w-full max-w-[calc(58dvh*var(--shape))] overflow-hidden select-none [container-type:size]"
        style={shape}
      >
        <video
          ref={attach}
          src={apiUrl(clip.video_url)}
          poster={clip.thumbnail_url ? apiUrl(clip.thumbnail_url) : undefined}
          playsInline
          preload="auto"
          aria-label={clip.name}
          className="size-full"
          onClick={toggle}
        />
        {isBroken && clip.thumbnail_url && (
          <img
            src={apiUrl(clip.thumbnail_url)}
            alt=""
            className="absolute inset-0 size-full object-contain"
          />
        )}
        {children}
      </div>
      {isBroken && (
        <p role="alert" className="w-full bg-warn-surface p-3 text-sm text-warn-ink">
          {t.editor.videoFailed}
        </p>
      )}
    </div>
  );
}
