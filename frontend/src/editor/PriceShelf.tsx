import type { ReactNode } from "react";
import { t } from "../texts";

interface PriceShelfProps {
  notice?: ReactNode;
  figure: string;
  cents?: number | undefined;
  /** How the figure comes about. */
  how?: string | undefined;
  below: ReactNode;
  isShort?: boolean;
  children: ReactNode;
}

/** The price and its button: on a phone under the thumb, beside the controls elsewhere. */
export function PriceShelf({
  notice,
  figure,
  cents,
  how,
  below,
  isShort = false,
  children,
}: PriceShelfProps) {
  return (
    <section
      aria-label={t.price.label}
      className="bg-surface max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-10 max-lg:border-t max-lg:border-line
        max-lg:px-4 max-lg:pt-3 max-lg:pb-[calc(0.75rem+env(safe-area-inset-bottom))] sm:max-lg:px-6 lg:card lg:p-5"
    >
      {notice && <div className="mb-3">{notice}</div>}
      <div className="flex items-center justify-between gap-4 lg:grid lg:justify-normal">
        <p className="min-w-0" aria-live="polite">
          <span className="sr-only">{t.price.label}: </span>
          <span className="score text-3xl" data-testid="price" data-cents={cents}>
            {figure}
          </span>
          <span className="ml-1.5 font-semibold">{t.balance.unit}</span>
          {how && (
            <span className="block text-sm tabular-nums text-muted" data-testid="how">
              {how}
            </span>
          )}
          <span
            className={`block min-h-5 truncate text-sm ${isShort ? "font-semibold text-bad" : "text-muted"}`}
          >
            {below}
          </span>
        </p>
        {children}
      </div>
    </section>
  );
}
