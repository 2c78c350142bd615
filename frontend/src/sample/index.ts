/** The sample clip, edited in the browser alone; it becomes a clip of one's own when it is exported. */

import type { Project } from "../api/types";
import { SAMPLE_ID } from "../editor/path";
import { t } from "../texts";
import poster from "./sample.webp";
import video from "./sample.mp4";

/** Whole addresses, so that they stay ours where the API has an origin of its own. */
const ours = (path: string) => new URL(path, window.location.href).href;

export const sampleClip = (): Project => ({
  id: SAMPLE_ID,
  name: t.sample.name,
  duration_seconds: 8,
  duration_ms: 8000,
  width: 1280,
  height: 720,
  fps: 24,
  has_audio: true,
  size_bytes: 0,
  video_url: ours(video),
  thumbnail_url: ours(poster),
  created_at: new Date().toISOString(),
});

export async function sampleFile(): Promise<File> {
  const answer = await fetch(video);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return new File([await answer.blob()], `${t.sample.name}.mp4`, { type: "video/mp4" });
}
