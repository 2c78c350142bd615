/** What can be told about a file without sending a byte. */

import { readableSize } from "../bytes";
import { t } from "../texts";

const EXTENSIONS = /\.(mp4|m4v|mov)$/i;

export function whyRefused(file: Pick<File, "name" | "size">, maxBytes: number): string | null {
  if (!EXTENSIONS.test(file.name)) return t.upload.notVideo;
  if (file.size === 0) return t.upload.empty;
  if (file.size > maxBytes) return t.upload.tooBig(readableSize(maxBytes));
  return null;
}

export const clipName = (fileName: string): string => fileName.replace(EXTENSIONS, "") || fileName;
