import { useState, useSyncExternalStore } from "react";
import { useConfig } from "../api/queries";
import { reachable } from "../api/reachable";
import { useStore } from "../store";
import { t } from "../texts";
import { Icon } from "../ui/Icon";

export function SandboxBanner() {
  const isSandbox = useConfig().data?.is_sandbox ?? false;
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard
      ?.writeText(t.banner.sandboxCard.replaceAll(" ", ""))
      .then(() => setCopied(true))
      .catch(() => undefined);
  };
  if (!isSandbox) return null;
  return (
    <aside
      aria-label={t.banner.label}
      className="flex flex-wrap items-center justify-center gap-x-2 bg-warn-surface px-4 py-1 text-center text-[0.8rem] text-warn-ink"
    >
      <span>{t.banner.sandbox}</span>
      <button
        type="button"
        onClick={copy}
        title={t.banner.copyCard}
        className="inline-flex min-h-6 items-center gap-1 rounded font-semibold tabular-nums"
      >
        {t.banner.sandboxCard}
        <Icon name={isCopied ? "check" : "copy"} className="size-4" />
        <span className="sr-only">{t.banner.copyCard}</span>
      </button>
      <span role="status" className="sr-only">
        {isCopied && t.banner.copied}
      </span>
    </aside>
  );
}

const online = {
  subscribe: (listener: () => void) => {
    window.addEventListener("online", listener);
    window.addEventListener("offline", listener);
    return () => {
      window.removeEventListener("online", listener);
      window.removeEventListener("offline", listener);
    };
  },
  get: () => navigator.onLine,
};

/** Under the header and in the flow of the page: it never lies over the button that tries again. */
export function ConnectionBanner() {
  const isOnline = useSyncExternalStore(online.subscribe, online.get);
  const isReachable = useStore(reachable);
  const words = !isOnline ? t.banner.offline : !isReachable ? t.banner.unreachable : null;
  return (
    <div role="status" className="sticky top-16 z-10">
      {words && (
        <p className="flex items-center justify-center gap-3 bg-[#10150f] px-4 py-2 text-sm text-[#f1f5ec] dark:border-b dark:border-edge">
          <Icon name="offline" className="size-5 text-volt" />
          {words}
        </p>
      )}
    </div>
  );
}
