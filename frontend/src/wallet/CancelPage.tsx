import { t } from "../texts";
import { Page } from "../ui/Page";
import { Outcome } from "./SuccessPage";

export function CancelPage() {
  return (
    <Page title={t.cancelled.title} heading={<span className="sr-only">{t.cancelled.title}</span>}>
      <Outcome icon="undo" title={t.cancelled.title} body={t.cancelled.body} />
    </Page>
  );
}
