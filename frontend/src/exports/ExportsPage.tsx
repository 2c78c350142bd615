import { useMemo } from "react";
import { useExports } from "../api/queries";
import { navigate, useQueryString } from "../router";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Empty, Failure, Loading, Skeleton } from "../ui/states";
import { Filters, filtersIn } from "./Filters";
import { JobList } from "./JobList";

export function ExportsPage() {
  const query = useQueryString().toString();
  const filters = useMemo(() => filtersIn(new URLSearchParams(query)), [query]);
  const isNarrowed = Object.keys(filters).length > 0;
  const exports = useExports(filters);
  return (
    <Page title={t.exports.title}>
      {(isNarrowed || exports.jobs.length > 0) && <Filters filters={filters} />}
      {exports.isPending ? (
        <Loading>
          <Skeleton className="h-80" />
        </Loading>
      ) : exports.isError && exports.jobs.length === 0 ? (
        <Failure error={exports.error} onRetry={() => void exports.refetch()} />
      ) : exports.jobs.length > 0 ? (
        <>
          <JobList jobs={exports.jobs} isFull />
          {exports.hasNextPage && (
            <div className="mt-4 text-center">
              <Button busy={exports.isFetchingNextPage} onClick={() => void exports.fetchNextPage()}>
                {t.showMore}
              </Button>
            </div>
          )}
        </>
      ) : isNarrowed ? (
        <Empty
          icon="film"
          title={t.find.noneTitle}
          action={<Button onClick={() => navigate("/exports")}>{t.find.all}</Button>}
        >
          {t.find.none}
        </Empty>
      ) : (
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
      )}
    </Page>
  );
}
