/** What stands where data is not: being fetched, missing, or refused. */

import type { ReactNode } from "react";
import { ApiError } from "../api/client";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import { Notice } from "./Notice";

export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden="true" className={`skeleton ${className}`} />;
}

export function Loading({ children }: { children: ReactNode }) {
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only">{t.loading}</span>
      {children}
    </div>
  );
}

export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="card grid place-items-center gap-2 px-6 py-14 text-center">
      <span className="mb-1 grid size-12 place-items-center rounded-full bg-volt text-on-volt">
        <Icon name={icon} className="size-6" />
      </span>
      <p className="display text-2xl">{title}</p>
      <p className="max-w-sm text-muted">{children}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Notice
      tone="bad"
      role="alert"
      title={t.couldNotLoad}
      action={<Button onClick={onRetry}>{t.tryAgain}</Button>}
    >
      {explainError(error)}
    </Notice>
  );
}

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
