import { type FormEvent, useId, useState } from "react";
import { useConfig, useWallet } from "../api/queries";
import type { Config } from "../api/types";
import { creditCount, usd } from "../money";
import { closeSheet, openSheet, useHash } from "../router";
import { explainError } from "../explain";
import { t } from "../texts";
import { Small } from "../shell/Footer";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import { Failure, Loading, Skeleton } from "../ui/states";
import { readAmount } from "./amount";
import { useTopup } from "./topup";

const HASH = "#add-credits";

export const openTopup = () => openSheet(HASH);

export function TopupSheet() {
  const isOpen = useHash() === HASH;
  const config = useConfig();
  return (
    <Dialog title={t.topup.title} isOpen={isOpen} onClose={closeSheet}>
      {config.data ? (
        <TopupForm config={config.data} />
      ) : config.isError ? (
        <Failure error={config.error} onRetry={() => void config.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="h-80" />
        </Loading>
      )}
    </Dialog>
  );
}

function TopupForm({ config }: { config: Config }) {
  const { packs, ...limits } = config.topup;
  const wallet = useWallet().data;
  const topup = useTopup();
  const [pack, setPack] = useState<number | null>(packs[0]?.amount_cents ?? null);
  const [typed, setTyped] = useState("");
  const amount = readAmount(typed, limits);
  const chosen = typed.trim() ? amount.cents : pack;
  const [inputId, helpId] = [useId(), useId()];

  const pay = (event: FormEvent) => {
    event.preventDefault();
    if (chosen !== null) topup.start(chosen);
  };

  if (wallet?.is_frozen)
    return (
      <Notice tone="warn" icon="snow" title={t.trouble.frozenTitle}>
        {t.trouble.frozen}
      </Notice>
    );
  return (
    <form onSubmit={pay} noValidate className="grid gap-5">
      <p className="text-muted">{t.topup.intro}</p>
      <Packs
        config={config}
        selected={typed.trim() ? null : pack}
        onSelect={(cents) => {
          setPack(cents);
          setTyped("");
        }}
      />
      <div>
        <label htmlFor={inputId} className="mb-2 block text-sm font-semibold">
          {t.topup.custom}
        </label>
        <div className="flex items-center rounded-xl border border-edge bg-paper focus-within:outline-3 focus-within:outline-[var(--focus)]">
          <span aria-hidden="true" className="pl-4 text-lg text-muted">
            $
          </span>
          <input
            id={inputId}
            inputMode="decimal"
            autoComplete="off"
            placeholder="7.50"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            aria-describedby={helpId}
            aria-invalid={amount.problem !== null}
            className="min-h-12 w-full bg-transparent px-2 text-lg outline-none"
          />
        </div>
        <p
          id={helpId}
          aria-live="polite"
          className={`mt-2 min-h-10 text-sm ${amount.problem ? "text-bad" : "text-muted"}`}
        >
          {amount.problem ?? t.topup.limits(limits.min_cents, limits.max_cents)}
        </p>
      </div>
      {topup.error && (
        <Notice tone="bad" role="alert">
          {explainError(topup.error)}
        </Notice>
      )}
      <div className="grid gap-2">
        <Button type="submit" tone="primary" wide busy={topup.isLeaving} disabled={chosen === null}>
          {topup.isLeaving ? t.topup.leaving : chosen === null ? t.topup.payUnknown : t.topup.pay(chosen)}
        </Button>
        <p className="min-h-6 text-center text-sm">
          {chosen !== null && whatItGives(chosen, wallet?.debt_cents ?? 0)}
        </p>
        <p className="text-center text-sm text-muted">
          {t.topup.secure} {t.topup.keeps}{" "}
          <Small to={config.seller.refund_policy_url}>{t.topup.howRefunded}</Small>
        </p>
      </div>
    </form>
  );
}

function whatItGives(cents: number, debtCents: number): string {
  if (!debtCents) return t.topup.gives(cents);
  const paid = Math.min(cents, debtCents);
  return t.topup.paysDebt(paid, cents - paid);
}

function Packs({
  config,
  selected,
  onSelect,
}: {
  config: Config;
  selected: number | null;
  onSelect: (cents: number) => void;
}) {
  const example = config.prices.types[0];
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-semibold">{t.topup.packs}</legend>
      <div className="grid gap-2">
        {config.topup.packs.map((pack) => (
          <label
            key={pack.amount_cents}
            className="relative flex min-h-16 cursor-pointer items-center gap-4 rounded-2xl border border-edge px-4 py-2
            has-checked:border-primary has-checked:bg-primary has-checked:text-on-primary
            has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-[var(--focus)]"
          >
            <input
              type="radio"
              name="pack"
              className="sr-only"
              checked={selected === pack.amount_cents}
              onChange={() => onSelect(pack.amount_cents)}
            />
            <span className="score w-20 text-3xl">{creditCount(pack.amount_cents)}</span>
            <span className="flex-1">
              <span className="block font-semibold">{pack.label}</span>
              {example && (
                <span className="block text-sm opacity-80">
                  {t.topup.packExports(Math.floor(pack.amount_cents / example.base_cents), example.type)}
                </span>
              )}
            </span>
            <span className="font-semibold tabular-nums">{usd(pack.amount_cents)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
