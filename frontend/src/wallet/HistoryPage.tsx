import { KeepReminder } from "../account/KeepReminder";
import { useLedger } from "../api/queries";
import type { LedgerEntry } from "../api/types";
import { creditCount, signedCount } from "../money";
import { t } from "../texts";
import { readableMoment } from "../time";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { Page } from "../ui/Page";
import { Empty, Failure, Loading, Skeleton } from "../ui/states";
import { EntryAbout } from "./EntryAbout";
import { StatementPicker } from "./StatementPicker";
import { openTopup } from "./TopupSheet";

const ICONS: Record<LedgerEntry["reason"], IconName> = {
  topup: "plus",
  debit: "film",
  refund: "undo",
  bonus: "gift",
  reversal: "alert",
  restore: "check",
  adjustment: "receipt",
  transfer: "next",
};

export function HistoryPage() {
  const ledger = useLedger();
  const entries = ledger.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <Page title={t.history.title} aside={<StatementPicker />}>
      {ledger.isPending ? (
        <Loading>
          <Skeleton className="h-96" />
        </Loading>
      ) : ledger.isError && entries.length === 0 ? (
        <Failure error={ledger.error} onRetry={() => void ledger.refetch()} />
      ) : entries.length === 0 ? (
        <Empty
          icon="receipt"
          title={t.history.emptyTitle}
          action={
            <Button tone="primary" onClick={openTopup}>
              {t.balance.add}
            </Button>
          }
        >
          {t.history.empty}
        </Empty>
      ) : (
        <>
          <EntryTable entries={entries} />
          <KeepReminder />
          {ledger.hasNextPage && (
            <div className="mt-4 text-center">
              <Button busy={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>
                {t.showMore}
              </Button>
            </div>
          )}
        </>
      )}
    </Page>
  );
}

function EntryTable({ entries }: { entries: LedgerEntry[] }) {
  return (
    <table
      className="card w-full table-fixed border-separate border-spacing-0 overflow-hidden text-[0.95rem]"
      data-testid="ledger"
    >
      <thead>
        <tr className="text-left text-sm text-muted *:border-b *:border-line *:px-3 *:py-3 *:font-semibold sm:*:px-5">
          <th scope="col">{t.history.what}</th>
          <th scope="col" className="w-22 text-right sm:w-32">
            {t.history.change}
          </th>
          <th scope="col" className="w-22 text-right sm:w-40">
            <span className="sm:hidden">{t.history.afterShort}</span>
            <span className="hidden sm:inline">{t.history.after}</span>
          </th>
        </tr>
      </thead>
      <tbody className="[&>tr:not(:last-child)>td]:border-b [&>tr:not(:last-child)>td]:border-line">
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function EntryRow({ entry }: { entry: LedgerEntry }) {
  const isIn = entry.change_cents > 0;
  return (
    <tr className="*:px-3 *:py-3.5 sm:*:px-5" data-reason={entry.reason}>
      <td>
        <div className="flex items-start gap-3">
          <span
            className={`mt-0.5 hidden size-9 shrink-0 place-items-center rounded-full sm:grid ${isIn ? "bg-good-surface text-good" : "bg-sunken"}`}
          >
            <Icon name={ICONS[entry.reason]} />
          </span>
          <div className="min-w-0">
            <p className="font-semibold">{t.reasons[entry.reason]}</p>
            <EntryAbout entry={entry} />
            <time dateTime={entry.created_at} className="text-sm text-muted">
              {readableMoment(entry.created_at)}
            </time>
          </div>
        </div>
      </td>
      <td className={`score text-right align-top text-2xl ${isIn ? "text-good" : ""}`}>
        {signedCount(entry.change_cents)}
      </td>
      <td className="text-right align-top tabular-nums text-muted">
        {creditCount(entry.balance_after_cents)}
      </td>
    </tr>
  );
}
