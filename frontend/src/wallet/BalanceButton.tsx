import { useEffect, useState } from "react";
import { useWallet } from "../api/queries";
import { creditCount } from "../money";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { Icon } from "../ui/Icon";
import { openTopup } from "./TopupSheet";

/** The scoreboard in the header: always the current balance, and the way to more. */
export function BalanceButton() {
  const balance = useWallet().data?.balance_cents;
  const [seen, setSeen] = useState({ balance, hasMoved: false });
  if (seen.balance !== balance) setSeen({ balance, hasMoved: seen.balance !== undefined });

  useEffect(() => {
    if (seen.hasMoved && seen.balance !== undefined) announce(t.balance.changed(seen.balance));
  }, [seen]);

  return (
    <button
      type="button"
      onClick={openTopup}
      data-testid="balance"
      data-cents={balance}
      className="flex min-h-11 shrink-0 items-stretch overflow-hidden rounded-xl whitespace-nowrap bg-[#10150f] text-[#f1f5ec] dark:bg-black dark:ring-1 dark:ring-edge"
    >
      <span className="sr-only">{t.balance.label}</span>
      <span className="flex min-w-20 items-baseline justify-end gap-1.5 self-center py-1 pr-3 pl-3">
        <span
          key={balance}
          className={`score text-2xl ${(balance ?? 0) < 0 ? "text-[#ff9b90]" : "text-volt"} ${seen.hasMoved ? "animate-[pop_0.4s]" : ""}`}
        >
          {balance === undefined ? "–" : creditCount(balance)}
        </span>
        <span className="sr-only text-xs min-[23rem]:not-sr-only">{t.balance.unit}</span>
      </span>
      <span className="grid w-10 place-items-center bg-volt text-on-volt">
        <Icon name="plus" />
        <span className="sr-only">{t.balance.add}</span>
      </span>
    </button>
  );
}
