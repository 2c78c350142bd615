import { useState } from "react";
import { ApiError } from "../api/client";
import { useWallet } from "../api/queries";
import type { BatchRequest, ExportParams, ExportType, Quote } from "../api/types";
import { creditCount } from "../money";
import { explainError } from "../explain";
import { askToNotify } from "../exports/watch";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import { AskFirst, isOdd } from "./AskFirst";
import { ShortfallDialog } from "./ShortfallDialog";
import { useQuote } from "./useQuote";
import type { Drafts } from "./draft";
import { PriceShelf } from "./PriceShelf";
import { dearerPrice } from "./sell";
import { SetDialog } from "./SetDialog";
import { explainStart, useStartExport } from "./useStartExport";

interface PriceBarProps {
  projectId: string;
  type: ExportType;
  params: ExportParams;
  /** How much of the clip is kept. */
  seconds: number;
  drafts: Drafts;
  offered: ExportType[];
}

/** The price before the click, the button, and what may come between. */
export function PriceBar({ projectId, type, params, seconds, drafts, offered }: PriceBarProps) {
  const quote = useQuote(projectId, type, params);
  const wallet = useWallet().data;
  const { start, isStarting, error, forget } = useStartExport();
  /** The price that the balance does not reach. */
  const [short, setShort] = useState<number | null>(null);
  const [isChoosing, setChoosing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  /** What it costs by now, when that is more than what was shown at the press. */
  const [rose, setRose] = useState<number | null>(null);
  const [odd, setOdd] = useState<Quote | null>(null);

  const cost = quote.data?.cost_cents;
  const refused = error instanceof ApiError && error.status === 402 ? error : null;
  // A refusal knows the balance better than what this page last heard.
  const balance = refused?.number("balance_cents") ?? wallet?.balance_cents ?? quote.data?.balance_cents ?? 0;
  const shortfall = cost === undefined ? 0 : Math.max(0, cost - balance);
  const dearer = dearerPrice(error) ?? rose;

  const clear = () => {
    forget();
    setRose(null);
    setOdd(null);
  };
  const buy = (cents: number, again = false) => {
    clear();
    if (cents > balance) setShort(cents);
    else start({ project_id: projectId, type, params, cost_cents: cents }, { again });
  };
  const buySet = (order: BatchRequest & { cost_cents: number }) => {
    clear();
    setChoosing(false);
    if (order.cost_cents > balance) setShort(order.cost_cents);
    else {
      askToNotify();
      start(order);
    }
  };
  const press = async () => {
    if (shortfall === 0) askToNotify();
    setAsking(true);
    const asked = await quote.ask().catch(() => null);
    setAsking(false);
    if (asked === null) void quote.refetch();
    else if (isOdd(asked)) setOdd(asked);
    else if (asked.cost_cents > (cost ?? 0)) setRose(asked.cost_cents);
    else buy(asked.cost_cents);
  };

  const trouble =
    error !== null && dearer === null && refused === null
      ? explainStart(error)
      : quote.error !== null && explainError(quote.error);
  const below =
    cost === undefined
      ? quote.error
        ? ""
        : t.price.unknown
      : shortfall
        ? t.price.short(shortfall)
        : t.price.balanceAfter(balance - cost);

  return (
    <>
      <PriceShelf
        notice={
          trouble && (
            <Notice tone="bad" role="alert">
              {trouble}
            </Notice>
          )
        }
        figure={cost === undefined ? "–" : creditCount(cost)}
        cents={cost}
        how={
          quote.data && quote.data.blocks > 1
            ? t.price.how(
                Math.round(seconds * 10) / 10,
                quote.data.blocks,
                quote.data.cost_cents / quote.data.blocks,
              )
            : undefined
        }
        below={below}
        isShort={shortfall > 0}
      >
        <div className="flex gap-2 lg:grid">
          <Button
            tone="primary"
            className="whitespace-nowrap lg:w-full"
            busy={isStarting || isAsking}
            disabled={cost === undefined || quote.isError || wallet?.is_frozen === true}
            data-testid="start"
            onClick={() => void press()}
          >
            <span>
              {t.price.exportUnknown}
              {cost !== undefined && (
                <span className="sr-only lg:not-sr-only"> {t.price.exportFor(cost)}</span>
              )}
            </span>
          </Button>
          <Button
            className="max-lg:order-first"
            icon="stack"
            disabled={cost === undefined || wallet?.is_frozen === true}
            onClick={() => setChoosing(true)}
            data-testid="set"
          >
            <span className="sr-only lg:not-sr-only">{t.set.open}</span>
          </Button>
        </div>
      </PriceShelf>
      <SetDialog
        projectId={projectId}
        drafts={drafts}
        offered={offered}
        isOpen={isChoosing}
        onClose={() => setChoosing(false)}
        onBuy={buySet}
      />
      <AskFirst
        quote={odd}
        onClose={() => setOdd(null)}
        onBuy={() => odd && buy(odd.cost_cents, odd.same_as !== null)}
      />
      <ShortfallDialog
        isOpen={short !== null || refused !== null}
        costCents={refused?.number("required_cents") ?? short ?? cost ?? 0}
        balanceCents={balance}
        onClose={() => {
          setShort(null);
          forget();
        }}
      />
      <Dialog title={t.price.changedTitle} isOpen={dearer !== null} onClose={clear}>
        {dearer !== null && cost !== undefined && (
          <p className="mb-5 text-muted">{t.price.changed(cost, dearer)}</p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button
            onClick={() => {
              clear();
              void quote.refetch();
            }}
          >
            {t.cancel}
          </Button>
          <Button
            tone="primary"
            onClick={() => {
              if (dearer !== null) buy(dearer);
              void quote.refetch();
            }}
          >
            {dearer === null ? t.price.exportUnknown : t.price.export(dearer)}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
