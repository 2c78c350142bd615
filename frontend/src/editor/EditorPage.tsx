import { useConfig, useProject } from "../api/queries";
import type { Config, ExportType, ParamsOf, Project } from "../api/types";
import { replaceAddress, useQueryString } from "../router";
import { t } from "../texts";
import { readableLength } from "../time";
import { ButtonLink } from "../ui/Button";
import { Choice } from "../ui/Choice";
import { TYPE_ICONS } from "../exports/types";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { Empty, Failure, isMissing, Loading, Skeleton } from "../ui/states";
import { AnnotateEditor } from "./Annotate";
import { type Draft, useDrafts } from "./draft";
import type { EditorProps } from "./editors";
import { FramingEditor } from "./Framing";
import { OverlayEditor } from "./Overlay";
import { editorPath, SAMPLE_ID } from "./path";
import { SampleBar } from "./SampleBar";
import { type Player, usePlayer } from "./player";
import { PriceBar } from "./PriceBar";
import { lengthOf, orNone, paramsWithTrim, whole, withEnd, withStart } from "./trim";
import { TrimBar } from "./TrimBar";
import { UpscaleEditor } from "./Upscale";
import { useEditorKeys } from "./useEditorKeys";

export function EditorPage({ projectId }: { projectId: string }) {
  const clip = useProject(projectId);
  const config = useConfig();
  if (clip.data && config.data) return <Editor clip={clip.data} offered={offeredTypes(config.data)} />;
  const failed = clip.isError ? clip : config.isError ? config : null;
  return (
    <Page title={t.studio.title}>
      {isMissing(clip.error) ? (
        <Empty
          icon="film"
          title={t.clip.missingTitle}
          action={
            <ButtonLink to="/" tone="primary">
              {t.clip.toStudio}
            </ButtonLink>
          }
        >
          {t.clip.missing}
        </Empty>
      ) : failed ? (
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="aspect-video w-full max-w-3xl" />
        </Loading>
      )}
    </Page>
  );
}

/** What the server sells and this version of the app can edit. */
export const offeredTypes = (config: Config): ExportType[] =>
  config.prices.types.map(({ type }) => type).filter((type) => type in EDITORS);

export function Editor({ clip, offered }: { clip: Project; offered: ExportType[] }) {
  const asked = useQueryString().get("type");
  const type = offered.find((each) => each === asked) ?? offered[0];
  const player = usePlayer(clip.duration_seconds);
  const drafts = useDrafts(clip.id, (part) => {
    if (part !== "trim" && part !== type) replaceAddress(editorPath(clip.id, part));
  });
  const trim = drafts.of("trim");
  useEditorKeys({
    player,
    steps: drafts.steps,
    frameSeconds: 1 / (clip.fps || 30),
    onTrim: (edge) => {
      const [kept, now] = [trim.params ?? whole(clip.duration_seconds), player.time.get()];
      const next = edge === "start" ? withStart(kept, now) : withEnd(kept, now, clip.duration_seconds);
      trim.change(orNone(next, clip.duration_seconds), edge);
    },
  });
  return (
    <Page
      title={clip.name}
      heading={<span className="normal-case">{clip.name}</span>}
      aside={
        <p className="text-muted">
          {readableLength(clip.duration_seconds)} · {t.clip.size(clip.width, clip.height)}
        </p>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {offered.length > 1 && type && (
          <Choice
            legend={t.editor.typeLegend}
            isLegendHidden
            name="type"
            value={type}
            onChange={(chosen) => replaceAddress(editorPath(clip.id, chosen))}
            options={offered.map((value) => ({
              value,
              label: t.types[value],
              drawing: <Icon name={TYPE_ICONS[value]} />,
            }))}
          />
        )}
        {type && (
          <Bench key={type} clip={clip} type={type} player={player} drafts={drafts} offered={offered} />
        )}
      </div>
    </Page>
  );
}

/** A table instead of a switch: a kind without an editor here does not compile. */
const EDITORS: { [T in ExportType]: (props: EditorProps<T>) => React.ReactNode } = {
  framing: FramingEditor,
  overlay: OverlayEditor,
  annotate: AnnotateEditor,
  upscale: UpscaleEditor,
};

interface BenchProps<T extends ExportType> {
  clip: Project;
  type: T;
  player: Player;
  drafts: ReturnType<typeof useDrafts>;
  offered: ExportType[];
}

function Bench<T extends ExportType>({ clip, type, player, drafts, offered }: BenchProps<T>) {
  const TypeEditor = EDITORS[type] as (props: EditorProps<T>) => React.ReactNode;
  const params = paramsWithTrim(type, drafts.all);
  return (
    <TypeEditor
      clip={clip}
      player={player}
      draft={drafts.of(type) as Draft<ParamsOf[T]>}
      trim={<TrimBar clip={clip} player={player} draft={drafts.of("trim")} />}
      price={
        clip.id === SAMPLE_ID ? (
          <SampleBar type={type} params={params} />
        ) : (
          <PriceBar
            projectId={clip.id}
            type={type}
            params={params}
            drafts={drafts.all}
            offered={offered}
            seconds={lengthOf(drafts.all.trim ?? whole(clip.duration_seconds))}
          />
        )
      }
    />
  );
}
