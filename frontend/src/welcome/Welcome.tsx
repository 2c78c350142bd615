import { UploadArea } from "../clips/UploadArea";
import { editorPath, SAMPLE_ID } from "../editor/path";
import { t } from "../texts";
import { ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Effects } from "./Effects";

/** The first page of a first visit: what it does, what it costs, why to trust it, and the way in. */
export function Welcome() {
  return (
    <div className="grid gap-12">
      <div className="grid gap-6 lg:grid-cols-[1fr_1.05fr] lg:items-center lg:gap-10">
        <div className="relative">
          <div
            aria-hidden="true"
            className="speed-lines absolute -top-6 right-0 h-24 w-1/2 opacity-60 dark:opacity-25"
          />
          <h2 className="display relative text-6xl text-balance sm:text-8xl">{t.studio.headline}</h2>
          <p className="mt-4 max-w-md text-lg text-muted">{t.studio.lead}</p>
          <p className="mt-2 font-semibold">{t.welcome.noAccount}</p>
        </div>
        <div className="grid gap-3">
          <UploadArea isLarge />
          <ButtonLink to={editorPath(SAMPLE_ID)} icon="play" wide>
            {t.sample.tryIt}
          </ButtonLink>
        </div>
      </div>
      <Effects />
      <section aria-labelledby="trust">
        <h2 id="trust" className="display mb-4 text-3xl sm:text-4xl">
          {t.welcome.trust}
        </h2>
        <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
          {t.welcome.promises.map(({ title, body }) => (
            <li key={title} className="flex gap-3">
              <span className="mt-0.5 grid size-7 shrink-0 place-items-center rounded-full bg-volt text-on-volt">
                <Icon name="check" />
              </span>
              <span>
                <span className="block font-semibold">{title}</span>
                <span className="block text-[0.95rem] text-muted">{body}</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
