import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../api/client";
import { keys, queryClient, refresh } from "../api/queryClient";
import { explainError } from "../explain";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { declineMerge, getMerge, mergeWallets } from "./calls";
import { EnterForm } from "./EnterForm";

/** "Add this browser's 495 credits and 2 clips?", until it is answered. Asked, never done by itself. */
export function MergeQuestion({ email }: { email: string }) {
  const [added, setAdded] = useState<number | null>(null);
  const merge = useQuery({ queryKey: keys.merge, queryFn: getMerge });
  const add = useMutation({
    mutationFn: mergeWallets,
    onSuccess: ({ balance_cents }) => {
      setAdded(balance_cents);
      announce(t.account.added(balance_cents));
      refresh(keys.wallet, keys.ledger, keys.projects, keys.exports);
    },
  });
  const decline = useMutation({
    mutationFn: declineMerge,
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: keys.merge }),
  });

  if (added !== null) return <Notice tone="good" role="status" title={t.account.added(added)} />;
  const left = merge.data?.left_wallet;
  if (!left) return null;
  const title = t.account.leftTitle(left.balance_cents, left.clips);
  if (merge.data?.is_declined)
    return (
      <Notice icon="info" title={title}>
        {t.account.leftBody}
      </Notice>
    );
  return (
    <section className="grid gap-3 rounded-2xl border border-line p-4" data-testid="merge" aria-label={title}>
      <p className="font-semibold">{t.account.addQuestion(left.balance_cents, left.clips)}</p>
      <p className="text-sm text-muted">{t.account.addForever}</p>
      {isProofTooOld(add.error) ? (
        <>
          <p role="status">{t.account.proveFirst}</p>
          <EnterForm address={email} onEntered={() => add.mutate()} />
        </>
      ) : (
        <>
          {add.error && (
            <Notice tone="bad" role="alert">
              {explainError(add.error)}
            </Notice>
          )}
          <div className="flex flex-wrap gap-2">
            <Button tone="primary" busy={add.isPending} onClick={() => add.mutate()}>
              {t.account.add}
            </Button>
            <Button busy={decline.isPending} onClick={() => decline.mutate()}>
              {t.account.notNow}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function isProofTooOld(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && typeof error.detail === "object";
}
