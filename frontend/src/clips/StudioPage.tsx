import { useEffect, useState } from "react";
import { Court } from "../brand/Court";
import { useConfig, useExports, useProjects } from "../api/queries";
import { JobList } from "../exports/JobList";
import { navigate } from "../router";
import { browserNotes } from "../storage";
import { useStore } from "../store";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui/Button";
import { Page } from "../ui/Page";
import { Failure, Loading, Skeleton } from "../ui/states";
import { HAD_WALLET } from "../wallet/session";
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

function Welcome() {
  const prices = useConfig().data?.prices.types ?? [];
  const cheapest = Math.min(...prices.map((price) => price.base_cents));
  return (
    <div className="grid gap-8 lg:grid-cols-[1fr_1.1fr] lg:items-center">
      <div className="relative">
        <div
          aria-hidden="true"
          className="speed-lines absolute -top-6 right-0 h-24 w-1/2 opacity-60 dark:opacity-25"
        />
        <h2 className="display relative text-6xl sm:text-8xl">{t.studio.headline}</h2>
        <p className="mt-5 max-w-md text-lg text-muted">{t.studio.lead}</p>
        <p className="mt-3 min-h-7 text-[0.95rem] font-semibold">
          {Number.isFinite(cheapest) && t.studio.from(cheapest)}
        </p>
      </div>
      <div className="grid gap-4">
        <UploadArea isLarge />
        <ol className="grid grid-cols-3 gap-2">
          {t.studio.steps.map((step, index) => (
            <li key={step} className="rounded-2xl bg-sunken p-3 text-sm font-semibold">
              <span aria-hidden="true" className="score mb-1 block text-2xl text-ball">
                {index + 1}
              </span>
              {step}
            </li>
          ))}
        </ol>
      </div>
      <div className="lg:col-span-2">
        <Court />
      </div>
    </div>
  );
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
