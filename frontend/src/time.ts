/** Moments and lengths as people read them. */

import { LOCALE } from "./locale";

const moment = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  minute: "2-digit",
});
const momentWithYear = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
});
const monthName = new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" });

export function readableMoment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  return (date.getFullYear() === now.getFullYear() ? moment : momentWithYear).format(date);
}

/** 0:07, 1:05.3 (with tenths), 1:02:05. */
export function readableLength(seconds: number, options: { tenths?: boolean } = {}): string {
  const unit = options.tenths ? 10 : 1;
  const total = Math.max(0, Math.round(seconds * unit)) / unit;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = (total % 60).toFixed(options.tenths ? 1 : 0).padStart(options.tenths ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** The last months, newest first, as the statement wants them ("2026-11") and as people say them. */
export function recentMonths(count: number, now = new Date()): { value: string; label: string }[] {
  return Array.from({ length: count }, (_, back) => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    return { value: first.toISOString().slice(0, 7), label: monthName.format(first) };
  });
}
