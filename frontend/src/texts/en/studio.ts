import { credits } from "./counts";
import { usd } from "../../money";

export const studio = {
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
    removeBody: (name: string) =>
      `${name} and its thumbnail are deleted for good. The history of what you paid stays.`,
    removeYes: "Delete clip",
    missingTitle: "This clip is not here",
    missing: "It was deleted, or it belongs to a wallet in another browser.",
    toStudio: "Back to the studio",
  },
};
