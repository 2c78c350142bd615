/** Who this browser is: nobody, a guest, or an account. */

import { useQuery } from "@tanstack/react-query";
import { getMe } from "../api/calls";
import { ApiError } from "../api/client";
import { keys, queryClient, refresh } from "../api/queryClient";
import type { Me } from "../api/types";
import { browserNotes } from "../storage";
import { HAD_WALLET } from "../wallet/session";

/** `undefined` until it is known, `null` for nobody. */
export function useMe(): Me | null | undefined {
  const me = useQuery({ queryKey: keys.me, queryFn: getMe, staleTime: 300_000 });
  const isNobody = me.error instanceof ApiError && me.error.status === 401;
  return isNobody ? null : me.data;
}

/** After a sign-in every answer may be another wallet's: all are asked for again, here and in the other tabs. */
export function becameSomeone(): void {
  browserNotes.write(HAD_WALLET, true);
  void queryClient.resetQueries();
  refresh(keys.me, keys.wallet, keys.ledger, keys.projects, keys.exports);
}

/** After a sign-out the page starts afresh: as nobody, or as the guest that this browser was before. */
export function becameNobody(): void {
  browserNotes.remove(HAD_WALLET);
  window.location.assign("/");
}
