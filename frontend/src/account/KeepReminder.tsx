import { useState } from "react";
import { browserNotes } from "../storage";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { useMe } from "./me";
import { openAccount } from "./sheet";

const PUT_OFF = "keep-reminder-put-off";
const REST_MS = 30 * 24 * 3600 * 1000;

/** Beside the movements of a wallet that nobody has kept yet. */
export function KeepReminder() {
  const me = useMe();
  const [isPutOff, setPutOff] = useState(
    () => Date.now() - (browserNotes.read<number>(PUT_OFF) ?? 0) < REST_MS,
  );
  if (!me || me.email || isPutOff) return null;
  const putOff = () => {
    browserNotes.write(PUT_OFF, Date.now());
    setPutOff(true);
  };
  return (
    <div className="mt-4">
      <Notice
        title={t.account.keepTitle}
        action={
          <>
            <Button onClick={openAccount}>{t.account.keep}</Button>
            <Button tone="quiet" onClick={putOff}>
              {t.account.later}
            </Button>
          </>
        }
      >
        {t.account.keepBody}
      </Notice>
    </div>
  );
}
