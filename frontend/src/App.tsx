import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { AccountSheet } from "./account/AccountSheet";
import { StudioPage } from "./clips/StudioPage";
import { useDropAnywhere } from "./clips/useDropAnywhere";
import { UploadStrip } from "./clips/UploadArea";
import { match, usePath } from "./router";
import type { LegalName } from "./legal/LegalPage";
import { Watchers } from "./exports/watch";
import { Footer } from "./shell/Footer";
import { Header, TabBar } from "./shell/Header";
import { ConnectionBanner, SandboxBanner } from "./shell/Banners";
import { NotFound } from "./shell/NotFound";
import { t } from "./texts";
import { Announcer } from "./ui/announce";
import { TopupSheet } from "./wallet/TopupSheet";
import { WalletNotices } from "./wallet/WalletNotices";

/** Parts of their own, so that the first page stands sooner. */
const loadEditor = () => import("./editor/EditorPage");
const loadPages = () => import("./pages");
const EditorPage = lazy(() => loadEditor().then(({ EditorPage }) => ({ default: EditorPage })));
const TryPage = lazy(() => import("./editor/TryPage").then(({ TryPage }) => ({ default: TryPage })));
const LegalPage = lazy(() => import("./legal/LegalPage").then(({ LegalPage }) => ({ default: LegalPage })));
const ExportPage = lazy(() => loadPages().then(({ ExportPage }) => ({ default: ExportPage })));
const ExportsPage = lazy(() => loadPages().then(({ ExportsPage }) => ({ default: ExportsPage })));
const HistoryPage = lazy(() => loadPages().then(({ HistoryPage }) => ({ default: HistoryPage })));
const SuccessPage = lazy(() => loadPages().then(({ SuccessPage }) => ({ default: SuccessPage })));
const CancelPage = lazy(() => loadPages().then(({ CancelPage }) => ({ default: CancelPage })));
const LEGAL: LegalName[] = ["prices", "refunds", "terms", "privacy"];
/** Once the first page stands, the other parts are fetched too: opening a clip then waits for nothing. */
const PREFETCH_AFTER_MS = 1500;

function route(path: string): ReactNode {
  if (match("/", path)) return <StudioPage />;
  if (match("/try", path)) return <TryPage />;
  const rules = LEGAL.find((name) => match(`/${name}`, path));
  if (rules) return <LegalPage key={rules} name={rules} />;
  if (match("/success", path)) return <SuccessPage />;
  if (match("/cancel", path)) return <CancelPage />;
  if (match("/history", path)) return <HistoryPage />;
  if (match("/exports", path)) return <ExportsPage />;
  const job = match("/exports/:id", path);
  if (job?.["id"]) return <ExportPage key={job["id"]} jobId={job["id"]} />;
  const clip = match("/clips/:id", path);
  if (clip?.["id"]) return <EditorPage key={clip["id"]} projectId={clip["id"]} />;
  return <NotFound />;
}

export function App() {
  const path = usePath();
  useDropAnywhere();
  useEffect(() => {
    const timer = setTimeout(
      () => void Promise.all([loadPages(), loadEditor()]).catch(() => undefined),
      PREFETCH_AFTER_MS,
    );
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only rounded-b-xl bg-primary px-4 py-3 font-semibold text-on-primary focus:not-sr-only focus:fixed focus:left-4 focus:z-30"
      >
        {t.skipToContent}
      </a>
      <SandboxBanner />
      <Header path={path} />
      <ConnectionBanner />
      <WalletNotices />
      <Suspense fallback={<div className="min-h-dvh" aria-busy="true" />}>{route(path)}</Suspense>
      <Footer path={path} />
      <TabBar path={path} />
      <div className="pointer-events-none fixed inset-x-4 bottom-24 z-20 mx-auto grid max-w-md gap-2 sm:bottom-6">
        {path !== "/" && <UploadStrip />}
      </div>
      <TopupSheet />
      <AccountSheet />
      <Watchers />
      <Announcer />
    </div>
  );
}
