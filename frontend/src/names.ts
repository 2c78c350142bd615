/** What kinds of exports and drawings are called wherever people read of them: the app, file names, titles. */

import type { AnnotateItem, ExportType } from "./api/types";

export const TYPE_NAMES: Record<ExportType, string> = {
  framing: "Reframe",
  overlay: "Spotlight",
  annotate: "Telestrate",
  upscale: "Upscale",
};

export const DRAWING_KINDS: Record<AnnotateItem["kind"], string> = {
  text: "Text",
  arrow: "Arrow",
  circle: "Circle",
  rectangle: "Box",
};
