import { useExports } from "../api/queries";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Empty, Failure, Loading, Skeleton } from "../ui/states";
import { JobList } from "./JobList";

export function ExportsPage() {
  const exports = useExports();
  return (
    <Page title={t.exports.title}>
      {exports.isPending ? (
        <Loading>
          <Skeleton className="h-80" />
        </Loading>
      ) : exports.isError && exports.jobs.length === 0 ? (
        <Failure error={exports.error} onRetry={() => void exports.refetch()} />
      ) : exports.jobs.length === 0 ? (
        <Empty
          icon="film"
          title={t.exports.emptyTitle}
          action={
            <ButtonLink to="/" tone="primary">
              {t.success.studio}
            </ButtonLink>
          }
        >
          {t.exports.empty}
        </Empty>
      ) : (
        <>
          <JobList jobs={exports.jobs} />
          {exports.hasNextPage && (
            <div className="mt-4 text-center">
              <Button busy={exports.isFetchingNextPage} onClick={() => void exports.fetchNextPage()}>
                {t.showMore}
              </Button>
            </div>
          )}
        </>
      )}
    </Page>
  );
}
