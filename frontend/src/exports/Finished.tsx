import { useRef, useState } from "react";
import { apiUrl } from "../api/client";
import type { Job, Project } from "../api/types";
import { editorPath } from "../editor/path";
import { t } from "../texts";
import { Button, buttonClass, ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";

/** The file, beside what it was made from. */
export function Finished({ job, clip }: { job: Job; clip: Project | undefined }) {
  if (!job.output_url) return null;
  const output = apiUrl(job.output_url);
  return (
    <section className="grid gap-5">
      <BeforeAfter before={clip && apiUrl(clip.video_url)} after={output} />
      {job.refunded_cents > 0 && <Notice tone="good">{t.exports.partlyRefunded(job.refunded_cents)}</Notice>}
      <div className="flex flex-wrap gap-2">
        <a href={output} download={`${job.project_name}-${job.type}.mp4`} className={buttonClass({ tone: "primary" })} data-testid="download">
          <Icon name="download" />{t.exports.download}
        </a>
        {clip && <ButtonLink to={editorPath(job.project_id, job.type)} icon="pen">{t.exports.again}</ButtonLink>}
      </div>
    </section>
  );
}

/** Two players that start together; the finished one alone has sound. */
function BeforeAfter({ before, after }: { before: string | undefined; after: string }) {
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
      <div className="grid grid-cols-2 gap-3 sm:gap-5">
        {before && (
          <Labelled name={t.exports.before}>
            <video ref={first} src={before} muted playsInline preload="metadata" aria-label={t.exports.before} className="size-full object-contain" />
          </Labelled>
        )}
        <Labelled name={t.exports.after} isResult>
          <video ref={second} src={after} controls playsInline preload="metadata" aria-label={t.exports.after}
            onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onEnded={() => first.current?.pause()}
            className="size-full object-contain" />
        </Labelled>
      </div>
      {before && (
        <Button icon={isPlaying ? "pause" : "play"} onClick={toggle}>{isPlaying ? t.exports.pauseBoth : t.exports.playBoth}</Button>
      )}
    </div>
  );
}

function Labelled({ name, isResult = false, children }: { name: string; isResult?: boolean; children: React.ReactNode }) {
  return (
    <figure className="relative h-[52vh] max-h-[34rem] min-h-64 overflow-hidden rounded-2xl bg-black">
      {children}
      <figcaption className={`display absolute top-3 left-3 rounded-lg px-2.5 py-1.5 text-lg ${isResult ? "bg-volt text-on-volt" : "bg-black/70 text-white"}`}>
        {name}
      </figcaption>
    </figure>
  );
}
