/** Every word a visitor reads. Another language is another object of this shape, and its LOCALE. */

import { ApiError } from "./api/client";
import type { AnnotateItem, ExportType, Job, LedgerEntry } from "./api/types";
import { creditCount, usd } from "./money";

export const LOCALE = "en-US";

const credits = (cents: number) => `${creditCount(cents)} ${Math.abs(cents) === 1 ? "credit" : "credits"}`;

const TYPE_NAMES: Record<ExportType, string> = {
  framing: "Reframe", overlay: "Spotlight", annotate: "Telestrate", upscale: "Upscale",
};

const DRAWING_KINDS: Record<AnnotateItem["kind"], string> = {
  text: "Text", arrow: "Arrow", circle: "Circle", rectangle: "Box",
};

export const t = {
  appName: "Reel Ballers",
  pageTitle: (page: string) => `${page} · Reel Ballers`,
  skipToContent: "Skip to content",
  loading: "Loading…",
  close: "Close",
  tryAgain: "Try again",
  cancel: "Cancel",
  showMore: "Show more",
  couldNotLoad: "This did not load",
  credits,

  nav: { label: "Main", studio: "Studio", exports: "Exports", history: "History" },
  balance: {
    label: "Balance:",
    unit: "credits",
    changed: (cents: number) => `Your balance is now ${credits(cents)}.`,
    add: "Add credits",
  },
  banner: {
    sandbox: "Test mode, no real money. Card",
    sandboxCard: "4242 4242 4242 4242",
    copied: "Copied",
    copyCard: "Copy", label: "Test mode",
    offline: "You are offline. What you see may be old; we catch up when you are back.",
    unreachable: "We cannot reach Reel Ballers right now. Trying again…",
  },
  trouble: {
    label: "About your wallet",
    debtTitle: (cents: number) => `Your balance is ${credits(cents)} below zero`,
    debt: "A payment was refunded or disputed after its credits were spent. Exports are paused; your next top-up pays this first.",
    frozenTitle: "This wallet is on hold",
    frozen: "Buying and exporting are paused while we look into something. Your credits, clips and finished exports are safe and stay yours. Write to support to sort it out.",
    lostTitle: "This browser is no longer signed in to its wallet",
    lost: "Your credits and clips are safe on our side. Open Reel Ballers in the browser you used before, or ask support for a sign-in link.",
    lostDismiss: "Start fresh here",
  },

  topup: {
    title: "Add credits",
    intro: "One credit is one US cent. You spend them on exports, and get them back when one fails.",
    packs: "Choose a pack",
    custom: "Or your own amount, in US dollars",
    limits: (min: number, max: number) => `From ${usd(min)}, the smallest card payment, to ${usd(max)} at a time.`,
    notAnAmount: "Write dollars and cents, like 7.50.",
    belowMin: (min: number) => `The smallest top-up is ${usd(min)}.`,
    aboveMax: (max: number) => `The largest top-up is ${usd(max)}.`,
    pay: (cents: number) => `Pay ${usd(cents)}`,
    payUnknown: "Pay",
    gives: (cents: number) => `You get ${credits(cents)}.`,
    paysDebt: (debt: number, left: number) => `${credits(debt)} go to your negative balance; ${credits(left)} are left to spend.`,
    leaving: "Opening the checkout…",
    secure: "You pay on Stripe's page. We never see your card.",
    packExports: (count: number, type: ExportType) => `${creditCount(count)} × ${TYPE_NAMES[type].toLowerCase()}`,
  },
  success: {
    title: "Payment",
    confirming: "Confirming your payment",
    confirmingBody: "This usually takes a few seconds. You can stay here or leave: the credits arrive either way.",
    slow: "Still waiting for the bank. The credits arrive by themselves as soon as the payment is confirmed; nothing is lost if you leave.",
    credited: (count: number) => `${credits(count)} added`,
    creditedBody: (balance: number) => `Your balance is ${credits(balance)}.`,
    announce: (count: number, balance: number) => `Payment confirmed. ${credits(count)} added. Your balance is ${credits(balance)}.`,
    failed: "The payment did not go through",
    failedBody: "Nothing was charged and no credits were added. You can try again with another card.",
    expired: "This checkout has expired",
    expiredBody: "Nothing was charged. Start a new top-up whenever you like.",
    unknown: "We cannot find this payment here",
    unknownBody: "If you paid in another browser, the credits are in that browser's wallet.",
    back: "Back to your export",
    studio: "Go to the studio",
    history: "See the history",
  },
  cancelled: {
    title: "No payment made",
    body: "You left the checkout. Nothing was charged, and your clips and export settings are just as you left them.",
  },

  history: {
    title: "History",
    what: "What", change: "Credits", after: "Balance after", afterShort: "Balance",
    emptyTitle: "No movements yet",
    empty: "Every credit you buy, spend or get back will be listed here, with the balance after it.",
    statement: "Monthly statement",
    download: "Download", csv: "CSV",
  },
  reasons: {
    topup: "Credits bought",
    debit: "Export",
    refund: "Credits returned",
    bonus: "Bonus from Reel Ballers",
    reversal: "Taken back: payment refunded or disputed",
    restore: "Given back: refund or dispute undone",
    adjustment: "Opening balance",
  } satisfies Record<LedgerEntry["reason"], string>,
  ofExport: (type: ExportType, clip: string) => `${TYPE_NAMES[type]} · ${clip}`,

  studio: {
    title: "Studio",
    headline: "Cut it like a pro",
    lead: "Drop in game footage, frame the play, and export a clip worth posting. No sign-up: you pay per export, in credits.",
    steps: ["Drop a clip", "Frame the play", "Export for credits"],
    from: (cents: number) => `Exports from ${credits(cents)} (${usd(cents)}) per 30 seconds of video.`,
    clips: "Your clips",
    recent: "Latest exports",
    allExports: "All exports",
  },
  upload: {
    label: "Upload",
    drop: "Drop a clip here",
    dropNow: "Let go to upload",
    or: "MP4 or MOV",
    kept: "Until your first top-up, clips are kept for 24 hours.",
    upTo: (size: string) => `MP4 or MOV, up to ${size}`,
    choose: "Choose a video",
    another: "Add a clip",
    sending: (name: string) => `Uploading ${name}`,
    checking: "Checking the video…",
    percent: (percent: number, sent: string, total: string) => `${percent} % · ${sent} of ${total}`,
    stop: "Stop",
    done: (name: string) => `${name} is ready to edit.`,
    failed: (name: string) => `${name} was not uploaded`,
    notVideo: "This is not an MP4 or MOV video. Choose another file.",
    tooBig: (limit: string) => `This file is larger than ${limit}. Trim it or export it smaller first.`,
    empty: "This file is empty.",
    lost: "The connection broke before the clip arrived. Nothing was charged; try again when you are back online.",
    otherFile: "Choose another file",
    dismiss: "Dismiss",
  },
  clip: {
    size: (width: number, height: number) => `${width} × ${height}`,
    noSound: "no sound",
    remove: (name: string) => `Delete ${name}`,
    removeTitle: "Delete this clip?",
    removeBody: (name: string) => `${name} and its thumbnail are deleted for good. The history of what you paid stays.`,
    removeYes: "Delete clip",
    missingTitle: "This clip is not here",
    missing: "It was deleted, or it belongs to a wallet in another browser.",
    toStudio: "Back to the studio",
  },

  types: TYPE_NAMES,
  typeLeads: {
    framing: "Follow the action in the shape your feed wants.",
    overlay: "Dim the floor and keep one player lit.",
    annotate: "Draw on the play: arrows, circles, boxes, words.",
    upscale: "More pixels, sharper detail.",
  } satisfies Record<ExportType, string>,
  editor: {
    typeLegend: "Kind of export",
    play: "Play", pause: "Pause",
    position: "Position in the clip",
    undo: "Undo",
    reset: "Start over",
    keyframe: (index: number, at: string) => `Keyframe ${index} at ${at}`,
    removeKeyframe: "Remove keyframe",
    noKeyframes: "No keyframes yet. Drag on the video: the first one sets the whole clip, more of them follow the action.",
    someKeyframes: "Move along the clip and drag again to add another keyframe.",
    aspect: "Shape",
    zoom: "Zoom", x: "Left – right", y: "Up – down", radius: "Size", dim: "Darkness around it",
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
    noDrawings: "Nothing drawn yet. Add a text, an arrow, a circle or a box; it appears at the current moment for three seconds.",
    drawing: (kind: AnnotateItem["kind"], index: number) => `${DRAWING_KINDS[kind]} ${index}`,
    drawingHelp: "Arrow keys move it; drag its handle to resize.",
    from: "From", to: "Until", text: "Text", color: "Colour", thickness: "Line width",
    colors: {
      "#ffd400": "Gold", "#ffffff": "White", "#ff5a1f": "Orange", "#d4ff3a": "Volt", "#35a7ff": "Blue", "#10150f": "Black",
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
    changed: (was: number, now: number) => `This export costs ${credits(now)} now, not ${credits(was)}. Nothing was taken. Export at the new price?`,
    retry: "We did not hear back. Pressing again is safe: this export is never charged twice.",
  },
  short: {
    title: (cents: number) => `${credits(cents)} short`,
    body: (cost: number, balance: number) => `This export costs ${credits(cost)}; you have ${credits(balance)}.`,
    minimum: (min: number) => `The smallest top-up is ${usd(min)}; what is left stays yours.`,
    kept: "Your settings are kept. After paying you come straight back to this export.",
    pay: (cents: number) => `Top up ${usd(cents)} now`,
    other: "Choose another amount",
  },

  exports: {
    title: "Exports",
    emptyTitle: "Nothing exported yet",
    empty: "Open a clip, choose a shape and press export. It shows up here with live progress.",
    one: "Export",
    missingTitle: "This export is not here",
    missing: "It belongs to a wallet in another browser, or the address is wrong.",
    progress: (percent: number) => `${percent} %`,
    progressLabel: "Export progress",
    cancel: "Cancel export",
    cancelTitle: "Cancel this export?",
    cancelBody: (cents: number) => `The work stops and ${credits(cents)} come back to your balance.`,
    cancelYes: "Cancel and refund",
    cancelNo: "Keep going",
    cancelLate: "It had already finished, so there was nothing to cancel.",
    refunded: (cents: number) => `${credits(cents)} came back to your balance.`,
    partlyRefunded: (cents: number) => `${credits(cents)} were returned.`,
    download: "Download",
    before: "Before", after: "After",
    playBoth: "Play both", pauseBoth: "Pause both",
    again: "Change and export again",
    failedTitle: "This export failed",
    failedBody: "Something went wrong while the video was made.",
    cancelledTitle: "You cancelled this export",
    cost: "Price", created: "Started", took: "Took", seconds: (count: number) => `${count} s`,
    keptUntil: (moment: string) => `The file is kept until ${moment}. Download it before then.`,
    gone: "The file is no longer kept. You can export it again from the clip.",
    leave: "You can leave this page: it goes on without you.",
    done: (name: string) => `${name} is ready.`,
    failedSpoken: "The export failed and its credits came back.",
  },
  statuses: {
    queued: "Waiting", running: "Exporting", succeeded: "Ready", failed: "Failed", cancelled: "Cancelled",
  } satisfies Record<Job["status"], string>,

  notFound: { title: "Out of bounds", body: "There is no page at this address." },
  crashed: { title: "Fumble", body: "This page stopped working. Your credits and clips are safe.", reload: "Reload" },
};

/** Our own refusals are written for visitors; the framework's throttle message is not. */
const isOwnSentence = (detail: unknown): detail is string => typeof detail === "string" && !detail.startsWith("Request was throttled");

/** A refusal in plain words. Structured facts first, then what the server says, then the status. */
export function explainError(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something went wrong in this page. Reload it and try again.";
  const field = Object.values(error.fields).flat()[0];
  if (field) return field;
  if (typeof error.detail === "object" && error.detail?.["error"] === "Wallet frozen") return t.trouble.frozen;
  if (error.status === 0) return "There is no connection to Reel Ballers. Check your network and try again.";
  if (error.status === 429 && isOwnSentence(error.detail)) return error.detail;
  if (error.status === 429) return "That was a lot at once. Wait a moment and try again.";
  if (error.status === 413) return "This is too large to be uploaded.";
  if (error.status === 502) return "The payment service refused this. Nothing was charged.";
  if (error.status >= 500) return "We are briefly unavailable. Nothing was charged; try again in a moment.";
  if (typeof error.detail === "string") return error.detail;
  if (typeof error.detail?.["error"] === "string") return error.detail["error"];
  return "The request was refused.";
}
