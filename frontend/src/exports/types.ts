import type { ExportType } from "../api/types";
import type { IconName } from "../ui/Icon";

export const TYPE_ICONS: Record<ExportType, IconName> = {
  framing: "crop",
  overlay: "spotlight",
  annotate: "pen",
  upscale: "sharpen",
};
