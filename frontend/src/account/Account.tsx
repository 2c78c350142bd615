import { useState } from "react";
import { useWallet } from "../api/queries";
import { t } from "../texts";
import { Notice } from "../ui/Notice";
import { Loading, Skeleton } from "../ui/states";
import type { Entered } from "./calls";
import { Devices } from "./Devices";
import { EnterForm } from "./EnterForm";
import { becameSomeone, useMe } from "./me";

/** The sheet's inside: keep this wallet, sign in, or what the account is. */
export function Account() {
  const me = useMe();
  const wallet = useWallet().data;
  const [entered, setEntered] = useState<Entered | null>(null);

  if (me === undefined)
    return (
      <Loading>
        <Skeleton className="h-64" />
      </Loading>
    );
  if (me?.email)
    return (
      <div className="grid gap-5">
        {entered && <Welcome entered={entered} />}
        <p>{t.account.signedInAs(me.email)}</p>
        <Devices />
      </div>
    );
  return (
    <div className="grid gap-5">
      <p className="text-muted">
        {me ? t.account.keepIntro(wallet?.balance_cents ?? 0) : t.account.signInIntro}
      </p>
      <EnterForm
        onEntered={(done) => {
          setEntered(done);
          becameSomeone();
        }}
      />
    </div>
  );
}

function Welcome({ entered }: { entered: Entered }) {
  const { how, left_wallet: left } = entered;
  return (
    <>
      <Notice tone="good" role="status" title={t.account.welcome[how]}>
        {how === "claimed" && t.account.claimedBody}
      </Notice>
      {left && (
        <Notice icon="info" title={t.account.leftTitle(left.balance_cents, left.clips)}>
          {t.account.leftBody}
        </Notice>
      )}
    </>
  );
}
