import { useState } from "react";
import type { Job } from "../api/types";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { fileName } from "./fileName";

type Step = "idle" | "fetching" | "ready" | "failed";

const canShareFiles = (): boolean =>
  navigator.canShare?.({ files: [new File([], "any.mp4", { type: "video/mp4" })] }) ?? false;

/** Hands the film itself to another app. A long one is fetched first, and then wants a second press. */
export function ShareButton({ job, url }: { job: Job; url: string }) {
  const [step, setStep] = useState<Step>("idle");
  const [file, setFile] = useState<File | null>(null);
  if (!canShareFiles()) return null;

  const fetchFile = async (): Promise<File> => {
    const answer = await fetch(url, { credentials: "include" });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return new File([await answer.blob()], fileName(job), { type: "video/mp4" });
  };
  const share = async () => {
    try {
      if (file === null) setStep("fetching");
      const film = file ?? (await fetchFile());
      setFile(film);
      setStep("ready");
      await navigator.share({ files: [film], title: film.name });
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      // AbortError: changed their mind. NotAllowedError: the press was too long ago, so the next one does it.
      if (name !== "AbortError" && name !== "NotAllowedError") setStep("failed");
    }
  };
  return (
    <>
      <Button icon="share" busy={step === "fetching"} onClick={() => void share()} data-testid="share">
        {step === "fetching" ? t.exports.sharing : t.exports.share}
      </Button>
      <span role="status" className="sr-only">
        {step === "ready" && t.exports.shareReady}
      </span>
      {step === "failed" && (
        <p role="alert" className="w-full text-sm text-bad">
          {t.exports.shareFailed}
        </p>
      )}
    </>
  );
}
