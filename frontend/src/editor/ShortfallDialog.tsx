import { useConfig } from "../api/queries";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import { openTopup } from "../wallet/TopupSheet";
import { useTopup } from "../wallet/topup";

interface ShortfallDialogProps {
  isOpen: boolean;
  costCents: number;
  balanceCents: number;
  onClose: () => void;
}

/** Exactly what is missing, and one click to have it. */
export function ShortfallDialog({ isOpen, costCents, balanceCents, onClose }: ShortfallDialogProps) {
  const topup = useTopup();
  const minimum = useConfig().data?.topup.min_cents ?? 0;
  const missing = Math.max(0, costCents - balanceCents);
  const amount = Math.max(missing, minimum);
  return (
    <Dialog title={t.short.title(missing)} isOpen={isOpen} onClose={onClose}>
      <div className="grid gap-4">
        <p>
          {t.short.body(costCents, balanceCents)} {amount > missing && t.short.minimum(minimum)}
        </p>
        <p className="text-muted">{t.short.kept}</p>
        {topup.error && (
          <Notice tone="bad" role="alert">
            {explainError(topup.error)}
          </Notice>
        )}
        <div className="grid gap-2">
          <Button
            tone="primary"
            wide
            busy={topup.isLeaving}
            onClick={() => topup.start(amount)}
            data-testid="pay-missing"
          >
            {topup.isLeaving ? t.topup.leaving : t.short.pay(amount)}
          </Button>
          <Button
            wide
            onClick={() => {
              onClose();
              openTopup();
            }}
          >
            {t.short.other}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
