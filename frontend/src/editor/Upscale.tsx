import { t } from "../texts";
import { Choice } from "../ui/Choice";
import { Notice } from "../ui/Notice";
import type { EditorProps } from "./editors";
import { Workbench } from "./Workbench";

const FACTORS = [2, 4] as const;
const MAX_SIDE_PIXELS = 7680;

export function UpscaleEditor({ clip, player, draft, trim, price }: EditorProps<"upscale">) {
  const { factor = 2 } = draft.params;
  const isTooLarge = Math.max(clip.width, clip.height) * factor > MAX_SIDE_PIXELS;
  return (
    <Workbench lead={t.typeLeads.upscale} trim={trim} price={price} clip={clip} player={player}>
      <Choice
        legend={t.editor.factor}
        name="factor"
        value={String(factor)}
        options={FACTORS.map((value) => ({ value: String(value), label: t.editor.factorOf(value) }))}
        onChange={(chosen) => draft.change({ factor: chosen === "4" ? 4 : 2 }, "factor")}
      />
      {isTooLarge ? (
        <Notice tone="warn">{t.editor.upscaleTooLarge}</Notice>
      ) : (
        <p className="text-muted">{t.editor.upscaleSize(clip.width * factor, clip.height * factor)}</p>
      )}
    </Workbench>
  );
}
