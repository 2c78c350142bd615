import { useConfig } from "../api/queries";
import { sampleClip } from "../sample";
import { t } from "../texts";
import { Page } from "../ui/Page";
import { Failure, Loading, Skeleton } from "../ui/states";
import { Editor, offeredTypes } from "./EditorPage";

/** The editor on the sample clip: nothing is uploaded, nobody is made a guest. */
export function TryPage() {
  const config = useConfig();
  if (config.data) return <Editor clip={sampleClip()} offered={offeredTypes(config.data)} />;
  return (
    <Page title={t.studio.title}>
      {config.isError ? (
        <Failure error={config.error} onRetry={() => void config.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="aspect-video w-full max-w-3xl" />
        </Loading>
      )}
    </Page>
  );
}
