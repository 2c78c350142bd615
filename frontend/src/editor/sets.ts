/** What can be made of a clip in one press. Pure. */

import type { Aspect, BatchRequest, ExportType } from "../api/types";
import { TYPE_NAMES } from "../names";
import type { Drafts } from "./draft";
import { ASPECTS } from "./crop";
import { paramsWithTrim } from "./trim";

export interface Piece {
  id: string;
  label: string;
  order: BatchRequest["exports"][number];
}

/** Reframe in each shape, and every other kind that something is set up for. */
export function piecesOf(drafts: Drafts, offered: readonly ExportType[]): Piece[] {
  const shapes = (Object.keys(ASPECTS) as Aspect[]).map((aspect) => ({
    id: aspect,
    label: `${TYPE_NAMES.framing} ${aspect}`,
    order: {
      type: "framing" as const,
      params: paramsWithTrim("framing", { ...drafts, framing: { ...drafts.framing, aspect } }),
    },
  }));
  const others = (["overlay", "annotate", "upscale"] as const).map((type) => ({
    id: type,
    label: TYPE_NAMES[type],
    order: { type, params: paramsWithTrim(type, drafts) },
  }));
  return [...shapes, ...others].filter(
    ({ order }) =>
      offered.includes(order.type) && (order.type !== "annotate" || drafts.annotate.items?.length),
  );
}

/** What is chosen at first: the shape that is set up, and the other one that feeds want. */
export const firstChoice = ({ framing: { aspect = "9:16" } }: Drafts): string[] => [
  aspect,
  aspect === "1:1" ? "9:16" : "1:1",
];
