import { t } from "../texts";
import { Button } from "../ui/Button";
import { useMe } from "./me";
import { openAccount } from "./sheet";

/** After a payment: the wallet hangs on this browser's cookie until it has an address. */
export function KeepCard() {
  const me = useMe();
  if (!me || me.email) return null;
  return (
    <section
      className="card mx-auto mt-4 grid max-w-xl gap-3 p-6 sm:p-8"
      data-testid="keep"
      aria-labelledby="keep-title"
    >
      <h2 id="keep-title" className="display text-3xl">
        {t.account.keepTitle}
      </h2>
      <p className="max-w-md text-muted">{t.account.keepBody}</p>
      <div>
        <Button tone="primary" onClick={openAccount}>
          {t.account.keep}
        </Button>
      </div>
    </section>
  );
}
