import { useConfig } from "../api/queries";
import type { ExportType } from "../api/types";
import { editorPath, SAMPLE_ID } from "../editor/path";
import { TYPE_ICONS } from "../exports/types";
import { usd } from "../money";
import { Link } from "../router";
import annotate from "../sample/annotate.mp4";
import annotatePicture from "../sample/annotate.webp";
import framing from "../sample/framing.mp4";
import framingPicture from "../sample/framing.webp";
import overlay from "../sample/overlay.mp4";
import overlayPicture from "../sample/overlay.webp";
import upscale from "../sample/upscale.mp4";
import upscalePicture from "../sample/upscale.webp";
import { t } from "../texts";
import { Icon } from "../ui/Icon";
import { Loop } from "./Loop";

const LOOPS: Record<ExportType, { video: string; picture: string }> = {
  framing: { video: framing, picture: framingPicture },
  overlay: { video: overlay, picture: overlayPicture },
  annotate: { video: annotate, picture: annotatePicture },
  upscale: { video: upscale, picture: upscalePicture },
};

/** What can be bought, moving, with its price; each one opens the editor on the sample. */
export function Effects() {
  const prices = useConfig().data?.prices;
  const types = prices?.types.map(({ type }) => type) ?? (Object.keys(LOOPS) as ExportType[]);
  return (
    <section aria-labelledby="effects">
      <h2 id="effects" className="display mb-1 text-3xl sm:text-4xl">
        {t.welcome.effects}
      </h2>
      <p className="mb-5 max-w-xl text-muted">{t.welcome.effectsLead}</p>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4 lg:gap-4">
        {types
          .filter((type) => type in LOOPS)
          .map((type) => (
            <li key={type}>
              <Link to={editorPath(SAMPLE_ID, type)} className="card group block h-full overflow-hidden">
                <Loop {...LOOPS[type]} />
                <span className="block p-3 sm:p-4">
                  <span className="flex items-center gap-2 font-semibold">
                    <Icon name={TYPE_ICONS[type]} />
                    {t.types[type]}
                  </span>
                  <span className="mt-1 block text-sm text-muted">{t.typeLeads[type]}</span>
                  <span className="mt-2 block min-h-6 text-sm font-semibold">
                    {prices && priceOf(type, prices)}
                  </span>
                </span>
              </Link>
            </li>
          ))}
      </ul>
    </section>
  );
}

function priceOf(type: ExportType, prices: NonNullable<ReturnType<typeof useConfig>["data"]>["prices"]) {
  const cents = prices.types.find((each) => each.type === type)?.base_cents;
  return cents === undefined ? null : t.welcome.price(usd(cents), prices.block_seconds);
}
