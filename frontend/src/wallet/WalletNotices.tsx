import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { openAccount } from "../account/sheet";
import { getMe } from "../api/calls";
import { ApiError } from "../api/client";
import { useWallet } from "../api/queries";
import { keys } from "../api/queryClient";
import { browserNotes } from "../storage";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { HAD_WALLET } from "./session";
import { openTopup } from "./TopupSheet";

/** What keeps a wallet from being used, in plain words, above every page. */
export function WalletNotices() {
  const wallet = useWallet().data;
  const [had, setHad] = useState(() => browserNotes.read<boolean>(HAD_WALLET) === true);
  const me = useQuery({ queryKey: keys.me, queryFn: getMe, enabled: had, staleTime: 300_000 });
  const isLost = had && me.error instanceof ApiError && me.error.status === 401;

  const startFresh = () => {
    browserNotes.remove(HAD_WALLET);
    setHad(false);
  };

  if (!isLost && !wallet?.is_frozen && !wallet?.debt_cents) return null;
  return (
    <aside aria-label={t.trouble.label} className="mx-auto grid w-full max-w-6xl gap-3 px-4 pt-4 sm:px-6">
      {isLost && (
        <Notice
          tone="warn"
          title={t.trouble.lostTitle}
          action={
            <>
              <Button tone="primary" onClick={openAccount}>
                {t.account.signIn}
              </Button>
              <Button onClick={startFresh}>{t.trouble.lostDismiss}</Button>
            </>
          }
        >
          {t.trouble.lost}
        </Notice>
      )}
      {wallet?.is_frozen && (
        <Notice tone="warn" icon="snow" title={t.trouble.frozenTitle}>
          {t.trouble.frozen}
        </Notice>
      )}
      {wallet && !wallet.is_frozen && wallet.debt_cents > 0 && (
        <Notice
          tone="bad"
          title={t.trouble.debtTitle(wallet.debt_cents)}
          action={
            <Button tone="primary" onClick={openTopup}>
              {t.balance.add}
            </Button>
          }
        >
          {t.trouble.debt}
        </Notice>
      )}
    </aside>
  );
}
