import type { Quote } from "../api/types";
import { navigate } from "../router";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

/** Whether a visitor would hardly mean this: the same film again, or one that is just the clip. */
export const isOdd = (quote: Quote): boolean => quote.same_as !== null || quote.changes_nothing;

interface AskFirstProps {
  /** The quote that is asked about; null when nothing is. */
  quote: Quote | null;
  onClose: () => void;
  onBuy: () => void;
}

/** Before selling what was already sold, or what changes nothing. */
export function AskFirst({ quote, onClose, onBuy }: AskFirstProps) {
  const sameAs = quote?.same_as ?? null;
  const words = sameAs ? t.ask.same : t.ask.nothing;
  return (
    <Dialog title={words.title} isOpen={quote !== null} onClose={onClose}>
      <p className="mb-5 text-muted">{words.body}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBuy} data-testid="buy-anyway">
          {quote && words.buy(quote.cost_cents)}
        </Button>
        {sameAs ? (
          <Button tone="primary" icon="film" onClick={() => navigate(`/exports/${sameAs}`)}>
            {t.ask.same.open}
          </Button>
        ) : (
          <Button tone="primary" onClick={onClose}>
            {t.ask.nothing.back}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
