import { t } from "../texts";
import { Icon } from "../ui/Icon";
import { openAccount } from "./sheet";

export function AccountButton() {
  return (
    <button
      type="button"
      onClick={openAccount}
      aria-label={t.account.title}
      title={t.account.title}
      data-testid="account"
      className="grid size-11 place-items-center rounded-xl hover:bg-sunken"
    >
      <Icon name="person" className="size-6" />
    </button>
  );
}
