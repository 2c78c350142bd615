/** File sizes as people read them. */

import { LOCALE } from "./locale";

const UNITS = ["B", "KB", "MB", "GB"] as const;

export function readableSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  const digits = value < 10 && power > 1 ? 1 : 0;
  return `${new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value)} ${UNITS[power] ?? "B"}`;
}
