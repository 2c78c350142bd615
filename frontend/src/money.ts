/** Credits and dollars as people read them. One credit is one US cent; nothing here is rounded. */

import { LOCALE } from "./locale";

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const dollars = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const signed = new Intl.NumberFormat(LOCALE, { signDisplay: "exceptZero", maximumFractionDigits: 0 });

/** A real minus sign: a hyphen is lost beside figures. */
const minus = (text: string) => text.replace("-", "−");

export const creditCount = (cents: number): string => minus(whole.format(cents));
export const signedCount = (cents: number): string => minus(signed.format(cents));
export const usd = (cents: number): string => minus(dollars.format(cents / 100));

const GROUP = new Intl.NumberFormat(LOCALE).format(1000).replace(/\d/g, "");

/**
 * The cents in a typed dollar amount ("5", "5.5", "7,50", "$1,200.00", "1.200,00"): many a phone's keypad has a comma
 * and no dot. Null when it is not an amount, or could be two. Read digit by digit: 0.29 * 100 is not 29.
 */
export function centsFromText(text: string): number | null {
  const found = /^\$?\s*(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*|\d{1,7})(?:([.,])(\d{0,2}))?$/.exec(text.trim());
  if (!found) return null;
  const [, wholePart = "", group, decimal, fraction = ""] = found;
  if (group && (group === decimal || (!decimal && group !== GROUP))) return null;
  return Number(wholePart.replace(/[.,]/g, "")) * 100 + Number(fraction.padEnd(2, "0"));
}
