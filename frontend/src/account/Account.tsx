import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWallet } from "../api/queries";
import { keys } from "../api/queryClient";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { Loading, Skeleton } from "../ui/states";
import { type Entered, getAccount } from "./calls";
import { Devices } from "./Devices";
import { EnterForm } from "./EnterForm";
import { MergeQuestion } from "./MergeQuestion";
import { becameSomeone, useMe } from "./me";

/** The sheet's inside: keep this wallet, sign in, or what the account is. */
export function Account() {
  const me = useMe();
  const wallet = useWallet().data;
  const [entered, setEntered] = useState<Entered | null>(null);
  const [isLost, setLost] = useState(false);
  const isGuest = !!me && !me.email;
  // What was typed at Checkout: nobody proved it, so it is only suggested.
  const facts = useQuery({ queryKey: keys.account, queryFn: getAccount, enabled: isGuest });
  const suggested = facts.data?.payer_email;

  if (me === undefined || (isGuest && facts.isPending))
    return (
      <Loading>
        <Skeleton className="h-64" />
      </Loading>
    );
  if (me?.email)
    return (
      <div className="grid gap-5">
        {entered && <Welcome how={entered.how} />}
        <MergeQuestion email={me.email} />
        <p>{t.account.signedInAs(me.email)}</p>
        <Devices />
      </div>
    );
  return (
    <div className="grid gap-5">
      <p className="text-muted">
        {isLost
          ? t.account.lostIntro
          : me
            ? t.account.keepIntro(wallet?.balance_cents ?? 0)
            : t.account.signInIntro}
      </p>
      <EnterForm
        key={`${suggested} ${isLost}`}
        isLost={isLost}
        address={suggested ?? ""}
        onEntered={(done) => {
          setEntered(done);
          becameSomeone();
        }}
      />
      <Button tone="quiet" onClick={() => setLost(!isLost)}>
        {isLost ? t.account.notLost : t.account.lost}
      </Button>
    </div>
  );
}

function Welcome({ how }: { how: Entered["how"] }) {
  return (
    <Notice tone="good" role="status" title={t.account.welcome[how]}>
      {how === "claimed" && t.account.claimedBody}
    </Notice>
  );
}
