import { useEffect, useState } from "react";
import { useConfig } from "../api/queries";
import type { ExportParams, ExportType } from "../api/types";
import { dismissUpload, startUploads, upload } from "../clips/upload";
import { explainError } from "../explain";
import { creditCount } from "../money";
import { navigate } from "../router";
import { sampleFile } from "../sample";
import { useStore } from "../store";
import { t } from "../texts";
import { Button, ButtonLink } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { writeDraft } from "./draft";
import { editorPath } from "./path";
import { PriceShelf } from "./PriceShelf";

/** Where the price stands for a clip of one's own: what this would cost, and the two ways on. */
export function SampleBar({ type, params }: { type: ExportType; params: ExportParams }) {
  const price = useConfig().data?.prices.types.find((each) => each.type === type)?.base_cents;
  const current = useStore(upload);
  const [isTaking, setTaking] = useState(false);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    if (!isTaking || current.state !== "done") return;
    writeDraft(current.project.id, type, params);
    dismissUpload();
    navigate(editorPath(current.project.id, type));
  }, [isTaking, current, type, params]);

  const take = () => {
    setTaking(true);
    setError(null);
    sampleFile().then(
      (file) => startUploads([file], Infinity),
      (failure: unknown) => setError(failure),
    );
  };
  const failure = error ?? (current.state === "failed" ? current.error : null);
  const isBusy = isTaking && failure === null;

  return (
    <PriceShelf
      notice={
        failure !== null && (
          <Notice tone="bad" role="alert">
            {explainError(failure)}
          </Notice>
        )
      }
      figure={price === undefined ? "–" : creditCount(price)}
      below={t.sample.free}
    >
      <div className="flex gap-2 lg:grid">
        <Button busy={isBusy} onClick={take} data-testid="take-sample" className="whitespace-nowrap">
          {t.sample.take}
        </Button>
        <ButtonLink to="/" tone="primary">
          {t.sample.own}
        </ButtonLink>
      </div>
    </PriceShelf>
  );
}
