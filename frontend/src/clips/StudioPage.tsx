import { useEffect, useState } from "react";
import { useExports, useProjects } from "../api/queries";
import { JobList } from "../exports/JobList";
import { navigate } from "../router";
import { browserNotes } from "../storage";
import { useStore } from "../store";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Failure, Loading, Skeleton } from "../ui/states";
import { HAD_WALLET } from "../wallet/session";
import { Welcome } from "../welcome/Welcome";
import { ClipCard } from "./ClipCard";
import { UploadArea } from "./UploadArea";
import { dismissUpload, upload } from "./upload";

export function StudioPage() {
  const projects = useProjects();
  const clips = projects.data?.pages.flatMap((page) => page.results) ?? [];
  // A first visit is greeted at once; whoever was here before sees the library's place kept until it has come.
  const [wasHere] = useState(() => browserNotes.read<boolean>(HAD_WALLET) === true);
  const isNew = clips.length === 0 && (projects.isSuccess || (projects.isPending && !wasHere));
  useOpenWhenUploaded();

  return (
    <Page
      title={t.studio.title}
      heading={isNew ? <span className="sr-only">{t.studio.title}</span> : t.studio.title}
    >
      {isNew ? (
        <Welcome />
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-10">
          {projects.isPending ? <Skeleton className="h-36 rounded-3xl" /> : <UploadArea isLarge={false} />}
          <LatestExports />
          <section aria-labelledby="clips">
            <h2 id="clips" className="display mb-4 text-2xl">
              {t.studio.clips}
            </h2>
            {projects.isPending ? (
              <ClipsLoading />
            ) : projects.isError && clips.length === 0 ? (
              <Failure error={projects.error} onRetry={() => void projects.refetch()} />
            ) : (
              <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
                {clips.map((clip) => (
                  <ClipCard key={clip.id} clip={clip} />
                ))}
              </ul>
            )}
            {projects.hasNextPage && (
              <div className="mt-6 text-center">
                <Button busy={projects.isFetchingNextPage} onClick={() => void projects.fetchNextPage()}>
                  {t.showMore}
                </Button>
              </div>
            )}
          </section>
        </div>
      )}
    </Page>
  );
}

/** A clip that has just arrived opens in its editor, when the visitor is still here waiting for it. */
function useOpenWhenUploaded(): void {
  const current = useStore(upload);
  useEffect(() => {
    if (current.state !== "done") return;
    dismissUpload();
    navigate(`/clips/${current.project.id}`);
  }, [current]);
}

const LATEST = 3;

function LatestExports() {
  const { jobs } = useExports();
  if (jobs.length === 0) return null;
  return (
    <section aria-labelledby="latest">
      <div className="mb-4 flex items-center justify-between gap-4">
        <h2 id="latest" className="display text-2xl">
          {t.studio.recent}
        </h2>
        <span className="-mr-4">
          <ButtonLink to="/exports" tone="quiet">
            {t.studio.allExports}
          </ButtonLink>
        </span>
      </div>
      <JobList jobs={jobs.slice(0, LATEST)} />
    </section>
  );
}

function ClipsLoading() {
  return (
    <Loading>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {[0, 1, 2].map((index) => (
          <Skeleton key={index} className="aspect-[4/3.2]" />
        ))}
      </div>
    </Loading>
  );
}
