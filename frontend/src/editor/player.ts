/** The clip's player: one clock that the scrubber and every overlay read. */

import { useCallback, useMemo, useRef } from "react";
import { createStore, type Store } from "../store";
import { clamp } from "./keyframes";

export interface Player {
  attach: (video: HTMLVideoElement | null) => void;
  video: () => HTMLVideoElement | null;
  time: Store<number>;
  isPlaying: Store<boolean>;
  isBroken: Store<boolean>;
  toggle: () => void;
  seek: (seconds: number) => void;
}

export function usePlayer(durationSeconds: number): Player {
  const element = useRef<HTMLVideoElement | null>(null);
  const stores = useMemo(
    () => ({ time: createStore(0), isPlaying: createStore(false), isBroken: createStore(false) }),
    [],
  );

  const attach = useCallback(
    (video: HTMLVideoElement | null) => {
      if (!video) return;
      element.current = video;
      const follow = () => {
        stores.time.set(video.currentTime);
        if (!video.paused) requestAnimationFrame(follow);
      };
      const events: [string, () => void][] = [
        [
          "play",
          () => {
            stores.isPlaying.set(true);
            follow();
          },
        ],
        [
          "pause",
          () => {
            stores.isPlaying.set(false);
            follow();
          },
        ],
        ["error", () => stores.isBroken.set(true)],
        [
          "loadedmetadata",
          () => {
            video.currentTime = stores.time.get();
            // Sound without a picture is no error to the browser: HEVC plays like that where it cannot be shown.
            if (video.videoWidth === 0) stores.isBroken.set(true);
          },
        ],
      ];
      events.forEach(([name, act]) => video.addEventListener(name, act));
      return () => {
        events.forEach(([name, act]) => video.removeEventListener(name, act));
        element.current = null;
      };
    },
    [stores],
  );

  return useMemo(
    () => ({
      ...stores,
      attach,
      video: () => element.current,
      toggle: () => {
        const video = element.current;
        if (video?.paused) void video.play().catch(() => undefined);
        else video?.pause();
      },
      // The clock moves at once; the picture follows when it has been decoded.
      seek: (seconds) => {
        const wanted = clamp(seconds, 0, durationSeconds);
        stores.time.set(wanted);
        if (element.current) element.current.currentTime = wanted;
      },
    }),
    [attach, durationSeconds, stores],
  );
}
