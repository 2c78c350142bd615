import { creditCount } from "../../money";
import { credits } from "./counts";
import type { Job } from "../../api/types";

export const exports = {
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
    before: "Before",
    after: "After",
    playBoth: "Play both",
    pauseBoth: "Pause both",
    again: "Change and export again",
    failedTitle: "This export failed",
    failedBody: "Something went wrong while the video was made.",
    cancelledTitle: "You cancelled this export",
    cost: "Price",
    /** What it came to in the end. */
    netCost: (cost: number, refunded: number) =>
      refunded ? `${credits(cost - refunded)}, ${creditCount(refunded)} refunded` : credits(cost),
    created: "Started",
    took: "Took",
    seconds: (count: number) => `${count} s`,
    keptUntil: (moment: string) => `The file is kept until ${moment}. Download it before then.`,
    gone: "The file is no longer kept. You can export it again from the clip.",
    leave: "You can leave this page: it goes on without you.",
    done: (name: string) => `${name} is ready.`,
    failedSpoken: "The export failed and its credits came back.",
  },
  statuses: {
    queued: "Waiting",
    running: "Exporting",
    succeeded: "Ready",
    failed: "Failed",
    cancelled: "Cancelled",
  } satisfies Record<Job["status"], string>,
};
