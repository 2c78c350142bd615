import { type DragEvent, useRef, useState } from "react";
import { ApiError } from "../api/client";
import { useConfig } from "../api/queries";
import { readableSize } from "../bytes";
import { useStore } from "../store";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { ProgressBar } from "../ui/ProgressBar";
import { dismissUpload, retryUpload, startUploads, stopUpload, type Upload, upload } from "./upload";

/** Drop a file or pick one; the same place then shows how far it is. */
export function UploadArea({ isLarge }: { isLarge: boolean }) {
  const current = useStore(upload);
  const limit = useConfig().data?.max_upload_bytes;
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) => files && startUploads(files, limit ?? Infinity);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };

  return (
    <section
      data-testid="upload"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node) || setOver(false)}
      onDrop={drop}
      className={`relative grid grid-cols-[minmax(0,1fr)] overflow-hidden rounded-3xl border-2 border-dashed transition-colors
        ${isLarge ? "min-h-64" : "min-h-36"} ${isOver ? "border-primary bg-sunken" : "border-edge bg-surface"}`}
    >
      <input
        ref={picker}
        type="file"
        multiple
        accept="video/mp4,video/quicktime,.mp4,.m4v,.mov"
        className="sr-only"
        tabIndex={-1}
        aria-hidden="true"
        data-testid="file"
        onChange={(event) => {
          take(event.target.files);
          event.target.value = "";
        }}
      />
      {current.state === "sending" ? (
        <Sending upload={current} />
      ) : current.state === "failed" || current.state === "refused" ? (
        <Failed upload={current} pick={() => picker.current?.click()} />
      ) : (
        <div
          className={`flex flex-col justify-center gap-4 p-6 ${isLarge ? "items-center text-center" : "sm:flex-row sm:items-center sm:justify-between"}`}
        >
          <div>
            <p className={`display ${isLarge ? "text-4xl" : "text-2xl"}`}>
              {isOver ? (
                t.upload.dropNow
              ) : (
                <>
                  <span className="pointer-coarse:hidden">{t.upload.drop}</span>
                  <span className="hidden pointer-coarse:inline">{t.upload.add}</span>
                </>
              )}
            </p>
            <p className="mt-1 text-muted">{limit ? t.upload.upTo(readableSize(limit)) : t.upload.or}</p>
            {isLarge && <p className="mt-1 text-sm text-muted">{t.upload.kept}</p>}
          </div>
          <Button tone="primary" icon="upload" onClick={() => picker.current?.click()}>
            {isLarge ? t.upload.choose : t.upload.another}
          </Button>
        </div>
      )}
    </section>
  );
}

function Sending({
  upload: { file, sentBytes, totalBytes },
}: {
  upload: Extract<Upload, { state: "sending" }>;
}) {
  const done = totalBytes ? sentBytes / totalBytes : 0;
  const isSent = done >= 1;
  const words = isSent
    ? t.upload.checking
    : t.upload.percent(Math.floor(done * 100), readableSize(sentBytes), readableSize(totalBytes));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-center gap-3 p-6">
      <div className="flex items-center justify-between gap-4">
        <p className="min-w-0 truncate font-semibold">{t.upload.sending(file.name)}</p>
        <Button tone="quiet" icon="close" onClick={stopUpload}>
          {t.upload.stop}
        </Button>
      </div>
      <ProgressBar label={t.upload.sending(file.name)} value={isSent ? null : done} valueText={words} />
      <p className="text-sm tabular-nums text-muted">{words}</p>
    </div>
  );
}

function Failed({
  upload: failure,
  pick,
}: {
  upload: Extract<Upload, { state: "failed" | "refused" }>;
  pick: () => void;
}) {
  const refusal = failure.state === "failed" && failure.error instanceof ApiError ? failure.error : null;
  const isAgain = failure.state === "failed" && (refusal?.isTransient ?? true);
  const words =
    failure.state === "refused"
      ? failure.reason
      : refusal?.status === 0
        ? t.upload.lost
        : explainError(failure.error);
  return (
    <div className="grid content-center p-4">
      <Notice
        tone="bad"
        role="alert"
        title={t.upload.failed(failure.file.name)}
        action={
          <>
            {isAgain && (
              <Button tone="primary" onClick={retryUpload}>
                {t.tryAgain}
              </Button>
            )}
            <Button onClick={pick}>{t.upload.otherFile}</Button>
            <Button tone="quiet" onClick={dismissUpload}>
              {t.upload.dismiss}
            </Button>
          </>
        }
      >
        {words}
      </Notice>
    </div>
  );
}

export function UploadStrip() {
  const current = useStore(upload);
  if (current.state !== "sending") return null;
  return (
    <aside
      aria-label={t.upload.label}
      className="pointer-events-auto rounded-2xl border border-line bg-surface shadow-card"
    >
      <Sending upload={current} />
    </aside>
  );
}
