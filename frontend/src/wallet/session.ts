/** Whether this browser keeps our cookie: without it nothing that is bought or uploaded could ever be found again. */

import { getMe } from "../api/calls";
import { ApiError } from "../api/client";
import { browserNotes } from "../storage";

/** Set once this browser owned a wallet, so that a lost session can be told from a first visit. */
export const HAD_WALLET = "had-wallet";

export class CookiesBlocked extends Error {}

/** Right after a call that gave us a session: one call that must see it. */
export async function proveSession(): Promise<void> {
  try {
    await getMe();
  } catch (error) {
    throw error instanceof ApiError && error.status === 401 ? new CookiesBlocked() : error;
  }
  browserNotes.write(HAD_WALLET, true);
}
