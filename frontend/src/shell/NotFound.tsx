import { t } from "../texts";
import { ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Empty } from "../ui/states";

export function NotFound() {
  return (
    <Page title={t.notFound.title} heading={<span className="sr-only">{t.notFound.title}</span>}>
      <Empty
        icon="rectangle"
        title={t.notFound.title}
        action={
          <ButtonLink to="/" tone="primary">
            {t.success.studio}
          </ButtonLink>
        }
      >
        {t.notFound.body}
      </Empty>
    </Page>
  );
}
