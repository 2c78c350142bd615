/** Whether a typed amount can be bought, and if not, why. */

import { centsFromText } from "../money";
import { t } from "../texts";

interface Limits {
  min_cents: number;
  max_cents: number;
}

export type Amount = { cents: number; problem: null } | { cents: null; problem: string | null };

export function readAmount(text: string, limits: Limits): Amount {
  if (!text.trim()) return { cents: null, problem: null };
  const cents = centsFromText(text);
  if (cents === null) return { cents: null, problem: t.topup.notAnAmount };
  if (cents < limits.min_cents) return { cents: null, problem: t.topup.belowMin(limits.min_cents) };
  if (cents > limits.max_cents) return { cents: null, problem: t.topup.aboveMax(limits.max_cents) };
  return { cents, problem: null };
}
