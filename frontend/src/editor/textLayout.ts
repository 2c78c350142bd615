/**
 * How a text will stand in the frame: wrapped, smaller if it must be, moved in if it would stick out, as the export
 * does it. Its letters' width is an estimate; breaks may differ by a word.
 */

import type { TextItem } from "../api/types";
import type { Rect, Size } from "./crop";
import { clamp } from "./keyframes";

export const LINE_SPACING = 1.2;
const LETTER_WIDTH = 0.54;
const SMALLEST_PIXELS = 8;
const SHRINK = 0.85;

export interface TextLayout {
  sizePixels: number;
  lines: string[];
  /** In fractions of the frame. */
  box: Rect;
}

export function layOut(item: TextItem, clip: Size): TextLayout {
  const { sizePixels, lines } = fit(item.text, item.size * clip.height, clip);
  const width = Math.min(
    1,
    (Math.max(...lines.map((line) => line.length), 1) * LETTER_WIDTH * sizePixels) / clip.width,
  );
  const height = Math.min(1, (lines.length * LINE_SPACING * sizePixels) / clip.height);
  return {
    sizePixels,
    lines,
    box: {
      width,
      height,
      left: clamp(item.x - width / 2, 0, 1 - width),
      top: clamp(item.y - height / 2, 0, 1 - height),
    },
  };
}

function fit(text: string, wantedPixels: number, clip: Size): { sizePixels: number; lines: string[] } {
  for (let sizePixels = wantedPixels; ; sizePixels *= SHRINK) {
    const size = Math.max(SMALLEST_PIXELS, sizePixels);
    const lines = wrap(text, Math.floor((clip.width - size / 4) / (LETTER_WIDTH * size)));
    const most = Math.max(1, Math.floor(clip.height / (size * LINE_SPACING)));
    if (size === SMALLEST_PIXELS || (lines.length <= most && size * 1.5 <= clip.width))
      return { sizePixels: size, lines: lines.slice(0, most) };
  }
}

function wrap(text: string, lettersAcross: number): string[] {
  const across = Math.max(1, lettersAcross);
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= across) {
      lines[lines.length - 1] = longer;
      continue;
    }
    const pieces = word.match(new RegExp(`.{1,${across}}`, "gu")) ?? [];
    if (lines.at(-1) === "") lines.pop();
    lines.push(...pieces);
  }
  return lines;
}
