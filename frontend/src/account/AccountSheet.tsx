import { lazy, Suspense } from "react";
import { closeSheet, useHash } from "../router";
import { t } from "../texts";
import { Dialog } from "../ui/Dialog";
import { Loading, Skeleton } from "../ui/states";
import { ACCOUNT_HASH } from "./sheet";

const Account = lazy(() => import("./Account").then((module) => ({ default: module.Account })));

export function AccountSheet() {
  const isOpen = useHash() === ACCOUNT_HASH;
  return (
    <Dialog title={t.account.title} isOpen={isOpen} onClose={closeSheet}>
      <Suspense
        fallback={
          <Loading>
            <Skeleton className="h-64" />
          </Loading>
        }
      >
        <Account />
      </Suspense>
    </Dialog>
  );
}
