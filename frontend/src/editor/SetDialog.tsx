import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { quoteExport } from "../api/calls";
import { keys } from "../api/queryClient";
import type { BatchRequest, ExportType, Quote } from "../api/types";
import { explainError } from "../explain";
import { creditCount } from "../money";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import type { Drafts } from "./draft";
import { firstChoice, type Piece, piecesOf } from "./sets";

const MOST = 8;
const FEWEST = 2;

interface SetDialogProps {
  projectId: string;
  drafts: Drafts;
  offered: ExportType[];
  isOpen: boolean;
  onClose: () => void;
  onBuy: (order: BatchRequest & { cost_cents: number }) => void;
}

/** Several films of one clip in one press: one price, one debit, each failure gives its own price back. */
export function SetDialog({ isOpen, onClose, ...rest }: SetDialogProps) {
  return (
    <Dialog title={t.set.title} isOpen={isOpen} onClose={onClose}>
      <Choices {...rest} />
    </Dialog>
  );
}

function Choices({ projectId, drafts, offered, onBuy }: Omit<SetDialogProps, "isOpen" | "onClose">) {
  const pieces = piecesOf(drafts, offered);
  const [chosen, setChosen] = useState<string[]>(() => firstChoice(drafts));
  const quotes = useQuery({
    queryKey: [...keys.quotes, "set", projectId, JSON.stringify(pieces.map(({ order }) => order))],
    queryFn: () => Promise.all(pieces.map(({ order }) => quoteExport(projectId, order.type, order.params))),
  });
  const taken = pieces.filter(({ id }) => chosen.includes(id));
  const costOf = (piece: Piece) => quotes.data?.[pieces.indexOf(piece)]?.cost_cents ?? 0;
  const cost = taken.reduce((sum, piece) => sum + costOf(piece), 0);
  const isRight = taken.length >= FEWEST && taken.length <= MOST;
  return (
    <div className="grid gap-4">
      <p className="text-muted">{t.set.lead}</p>
      {quotes.error && (
        <Notice tone="bad" role="alert">
          {explainError(quotes.error)}
        </Notice>
      )}
      <fieldset className="grid gap-1">
        <legend className="sr-only">{t.set.title}</legend>
        {pieces.map((piece, index) => (
          <label
            key={piece.id}
            className="flex min-h-12 cursor-pointer items-center gap-3 rounded-xl border border-edge px-4 has-checked:border-primary has-checked:bg-sunken"
          >
            <input
              type="checkbox"
              className="size-5 accent-[var(--primary)]"
              checked={chosen.includes(piece.id)}
              onChange={(event) =>
                setChosen(
                  event.target.checked ? [...chosen, piece.id] : chosen.filter((other) => other !== piece.id),
                )
              }
            />
            <span className="flex-1">
              <span className="block font-semibold">{piece.label}</span>
              <span className="block text-sm text-muted">{remarkOn(quotes.data?.[index])}</span>
            </span>
            <span className="tabular-nums">{quotes.data ? creditCount(costOf(piece)) : "–"}</span>
          </label>
        ))}
      </fieldset>
      <Button
        tone="primary"
        wide
        disabled={!isRight || !quotes.data}
        data-testid="buy-set"
        onClick={() =>
          onBuy({ project_id: projectId, exports: taken.map(({ order }) => order), cost_cents: cost })
        }
      >
        {isRight ? t.set.buy(taken.length, cost) : t.set.atLeast}
      </Button>
    </div>
  );
}

const remarkOn = (quote: Quote | undefined): string =>
  quote?.same_as ? t.set.same : quote?.changes_nothing ? t.set.nothing : "";
