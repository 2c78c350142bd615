import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { KeepCard } from "../account/KeepCard";
import { openAccount } from "../account/sheet";
import { getTopup } from "../api/calls";
import { keys, refreshMoney } from "../api/queryClient";
import { pollDelayMs } from "../api/polling";
import type { Topup } from "../api/types";
import { useQueryString } from "../router";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { Button, ButtonLink, Spinner } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { Page } from "../ui/Page";
import { Failure, isMissing } from "../ui/states";
import { returnPath } from "./topup";

const SLOW_AFTER_MS = 45_000;

/** Where Checkout sends a payer: it turns from "confirming" to "credited" by itself. */
export function SuccessPage() {
  const sessionId = useQueryString().get("session_id") ?? "";
  const [arrivedMs] = useState(() => Date.now());
  const topup = useQuery({
    queryKey: keys.topup(sessionId),
    queryFn: () => getTopup(sessionId),
    enabled: sessionId !== "",
    refetchInterval: ({ state: { data, error } }) =>
      isMissing(error) || (data && data.status !== "pending") ? false : pollDelayMs(Date.now() - arrivedMs),
  });
  useTellWhenPaid(topup.data);

  const isPending = topup.isPending || topup.data?.status === "pending";
  return (
    <Page title={t.success.title} heading={<span className="sr-only">{t.success.title}</span>}>
      {sessionId === "" || isMissing(topup.error) ? (
        <Outcome
          icon="info"
          title={t.success.unknown}
          body={t.success.unknownBody}
          action={
            <Button tone="primary" onClick={openAccount}>
              {t.account.signIn}
            </Button>
          }
        />
      ) : topup.isError && !topup.data ? (
        <Failure error={topup.error} onRetry={() => void topup.refetch()} />
      ) : isPending ? (
        <Confirming isSlow={topup.dataUpdatedAt - arrivedMs > SLOW_AFTER_MS} />
      ) : topup.data?.status === "paid" ? (
        <>
          <Credited topup={topup.data} />
          <KeepCard />
        </>
      ) : topup.data?.status === "failed" ? (
        <Outcome icon="alert" title={t.success.failed} body={t.success.failedBody} />
      ) : (
        <Outcome icon="clock" title={t.success.expired} body={t.success.expiredBody} />
      )}
    </Page>
  );
}

function useTellWhenPaid(topup: Topup | undefined): void {
  const told = useRef(false);
  useEffect(() => {
    if (topup?.status !== "paid" || told.current) return;
    told.current = true;
    refreshMoney();
    announce(t.success.announce(topup.credits, topup.balance_cents));
  }, [topup]);
}

function Confirming({ isSlow }: { isSlow: boolean }) {
  return (
    <Outcome title={t.success.confirming} body={isSlow ? t.success.slow : t.success.confirmingBody} busy />
  );
}

function Credited({ topup }: { topup: Topup }) {
  return (
    <Outcome
      icon="check"
      good
      title={t.success.credited(topup.credits)}
      body={t.success.creditedBody(topup.balance_cents)}
    />
  );
}

export function Outcome({
  icon,
  title,
  body,
  action,
  busy = false,
  good = false,
}: {
  icon?: IconName;
  title: string;
  body: string;
  action?: ReactNode;
  busy?: boolean;
  good?: boolean;
}) {
  const back = returnPath();
  const isExport = back?.startsWith("/clips/") ?? false;
  return (
    <section className="card relative mx-auto max-w-xl overflow-hidden p-7 sm:p-10" data-testid="outcome">
      <div
        aria-hidden="true"
        className={`speed-lines absolute inset-y-0 right-0 w-1/3 ${good ? "opacity-70 dark:opacity-40" : "opacity-20"}`}
      />
      <div className="relative grid gap-4">
        <span
          className={`grid size-14 place-items-center rounded-2xl ${good ? "bg-volt text-on-volt" : "bg-sunken"}`}
        >
          {busy ? <Spinner /> : icon && <Icon name={icon} className="size-7" />}
        </span>
        <h2 className="display text-4xl sm:text-5xl">{title}</h2>
        <p className="min-h-18 max-w-md text-muted">{body}</p>
        <div className="flex flex-wrap gap-2">
          {action}
          {isExport && back ? (
            <ButtonLink to={back} tone="primary" icon="film">
              {t.success.back}
            </ButtonLink>
          ) : (
            <ButtonLink to="/" tone="primary" icon="film">
              {t.success.studio}
            </ButtonLink>
          )}
          <ButtonLink to="/history" icon="list">
            {t.success.history}
          </ButtonLink>
        </div>
      </div>
    </section>
  );
}
