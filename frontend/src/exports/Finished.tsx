import { useRef, useState } from "react";
import { apiUrl } from "../api/client";
import type { Job, Project } from "../api/types";
import { ASPECTS } from "../editor/crop";
import { t } from "../texts";
import { readableMoment } from "../time";
import { Button, buttonClass } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { AgainButton } from "./AgainButton";
import { CopyLink } from "./CopyLink";
import { fileName } from "./fileName";
import { UseAsClip } from "./UseAsClip";
import { ShareButton } from "./ShareButton";

/** The file, beside what it was made from. */
export function Finished({ job, clip }: { job: Job; clip: Project | undefined }) {
  if (!job.output_url)
    return (
      <Notice icon="clock" action={clip && <AgainButton job={job} />}>
        {t.exports.gone}
      </Notice>
    );
  const output = apiUrl(job.output_url);
  return (
    <section className="grid gap-4">
      <div className="flex flex-wrap gap-2">
        <a
          href={`${output}?download=1`}
          download={fileName(job)}
          className={buttonClass({ tone: "primary" })}
          data-testid="download"
        >
          <Icon name="download" />
          {t.exports.download}
        </a>
        <ShareButton job={job} url={output} />
        <CopyLink />
      </div>
      <BeforeAfter before={clip && apiUrl(clip.video_url)} after={output} ratios={ratiosOf(job, clip)}>
        {clip && <AgainButton job={job} />}
        <UseAsClip job={job} />
      </BeforeAfter>
      {job.output_expires_at && (
        <p className="text-sm text-muted">{t.exports.keptUntil(readableMoment(job.output_expires_at))}</p>
      )}
      {job.refunded_cents > 0 && <Notice tone="good">{t.exports.partlyRefunded(job.refunded_cents)}</Notice>}
    </section>
  );
}

/** Both shapes are known before a byte of video is: nothing jumps. */
function ratiosOf(job: Job, clip: Project | undefined): { before: number; after: number } {
  const before = clip ? clip.width / clip.height : 16 / 9;
  const isFraming = job.type === "framing";
  return {
    before,
    after: isFraming ? ASPECTS["aspect" in job.params ? (job.params.aspect ?? "9:16") : "9:16"] : before,
  };
}

/** Two players that start together; the finished one alone has sound. */
function BeforeAfter({
  before,
  after,
  ratios,
  children,
}: {
  before: string | undefined;
  after: string;
  ratios: { before: number; after: number };
  children: React.ReactNode;
}) {
  const first = useRef<HTMLVideoElement>(null);
  const second = useRef<HTMLVideoElement>(null);
  const [isPlaying, setPlaying] = useState(false);

  const toggle = () => {
    const [source, result] = [first.current, second.current];
    if (!result) return;
    if (isPlaying) {
      source?.pause();
      result.pause();
    } else {
      if (source) source.currentTime = result.currentTime;
      void source?.play().catch(() => undefined);
      void result.play().catch(() => undefined);
    }
  };

  return (
    <div className="grid gap-3">
      <div className="flex flex-col-reverse gap-3 sm:flex-row sm:justify-center sm:gap-5">
        {before && (
          <Labelled name={t.exports.before} ratio={ratios.before}>
            <video
              ref={first}
              src={before}
              muted
              playsInline
              preload="metadata"
              aria-label={t.exports.before}
              className="size-full object-contain"
            />
          </Labelled>
        )}
        <Labelled name={t.exports.after} ratio={ratios.after} isResult>
          <video
            ref={second}
            src={after}
            controls
            playsInline
            preload="metadata"
            aria-label={t.exports.after}
            onPlay={() => setPlaying(true)}
            onPause={() => setPlaying(false)}
            onEnded={() => first.current?.pause()}
            className="size-full object-contain"
          />
        </Labelled>
      </div>
      <div className="grid gap-2 sm:flex sm:flex-wrap">
        {children}
        {before && (
          <Button icon={isPlaying ? "pause" : "play"} onClick={toggle}>
            {isPlaying ? t.exports.pauseBoth : t.exports.playBoth}
          </Button>
        )}
      </div>
    </div>
  );
}

function Labelled({
  name,
  ratio,
  isResult = false,
  children,
}: {
  name: string;
  ratio: number;
  isResult?: boolean;
  children: React.ReactNode;
}) {
  return (
    <figure
      style={{ aspectRatio: ratio, flexGrow: ratio, maxWidth: `calc(62vh * ${ratio})` }}
      className="relative mx-auto w-full min-w-0 overflow-hidden rounded-2xl bg-black sm:mx-0 sm:w-auto sm:basis-0"
    >
      {children}
      <figcaption
        className={`display absolute top-3 left-3 rounded-lg px-2.5 py-1.5 text-lg ${isResult ? "bg-volt text-on-volt" : "bg-black/70 text-white"}`}
      >
        {name}
      </figcaption>
    </figure>
  );
}
