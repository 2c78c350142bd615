import { credits } from "./counts";
import { usd } from "../../money";
import { DRAWING_KINDS } from "../../names";
import type { AnnotateItem, ExportType } from "../../api/types";

export const editor = {
  typeLeads: {
    framing: "Follow the action in the shape your feed wants.",
    overlay: "Dim the floor and keep one player lit.",
    annotate: "Draw on the play: arrows, circles, boxes, words.",
    upscale: "More pixels, sharper detail.",
  } satisfies Record<ExportType, string>,
  editor: {
    typeLegend: "Kind of export",
    play: "Play",
    pause: "Pause",
    position: "Position in the clip",
    undo: "Undo",
    reset: "Start over",
    keyframe: (index: number, at: string) => `Keyframe ${index} at ${at}`,
    removeKeyframe: "Remove keyframe",
    noKeyframes:
      "No keyframes yet. Drag on the video: the first one sets the whole clip, more of them follow the action.",
    someKeyframes: "Move along the clip and drag again to add another keyframe.",
    aspect: "Shape",
    zoom: "Zoom",
    x: "Left – right",
    y: "Up – down",
    radius: "Size",
    dim: "Darkness around it",
    cropFrame: "Crop frame. Arrow keys move it, plus and minus zoom.",
    spotlight: "Spotlight. Arrow keys move it, plus and minus resize.",
    preview: "Preview",
    factor: "How much larger",
    factorOf: (factor: number) => `${factor}×`,
    upscaleSize: (width: number, height: number) => `The export will be ${width} × ${height} pixels.`,
    upscaleTooLarge: "Too large for this clip: the longest side may be 7680 pixels.",
    add: "Add",
    kinds: DRAWING_KINDS,
    drawings: "Drawings",
    noDrawings:
      "Nothing drawn yet. Add a text, an arrow, a circle or a box; it appears at the current moment for three seconds.",
    drawing: (kind: AnnotateItem["kind"], index: number) => `${DRAWING_KINDS[kind]} ${index}`,
    drawingHelp: "Arrow keys move it; drag its handle to resize.",
    from: "From",
    to: "Until",
    text: "Text",
    color: "Colour",
    thickness: "Line width",
    colors: {
      "#ffd400": "Gold",
      "#ffffff": "White",
      "#ff5a1f": "Orange",
      "#d4ff3a": "Volt",
      "#35a7ff": "Blue",
      "#10150f": "Black",
    },
    defaultText: "Watch this",
    remove: "Remove",
    videoFailed: "This browser cannot play the clip, but you can still set it up and export it.",
  },
  price: {
    label: "Price",
    unknown: "Working out the price…",
    balanceAfter: (cents: number) => `${credits(cents)} left afterwards`,
    export: (cents: number) => `Export for ${credits(cents)}`,
    exportFor: (cents: number) => `for ${credits(cents)}`,
    exportUnknown: "Export",
    short: (cents: number) => `${credits(cents)} missing`,
    changedTitle: "The price has changed",
    changed: (was: number, now: number) =>
      `This export costs ${credits(now)} now, not ${credits(was)}. Nothing was taken. Export at the new price?`,
    retry: "We did not hear back. Pressing again is safe: this export is never charged twice.",
  },
  short: {
    title: (cents: number) => `${credits(cents)} short`,
    body: (cost: number, balance: number) =>
      `This export costs ${credits(cost)}; you have ${credits(balance)}.`,
    minimum: (min: number) => `The smallest top-up is ${usd(min)}; what is left stays yours.`,
    kept: "Your settings are kept. After paying you come straight back to this export.",
    pay: (cents: number) => `Top up ${usd(cents)} now`,
    other: "Choose another amount",
  },
};
