/** Lengths in parameters (radius, text size, thickness) are fractions of the frame's height. */

import type { Size } from "./crop";

/** A length as a fraction of the frame's width. */
export const acrossOf = (length: number, clip: Size): number => (length * clip.height) / clip.width;
