import { AccountButton } from "../account/AccountButton";
import { Logo } from "../brand/Logo";
import { isEditorPath } from "../editor/path";
import { Link } from "../router";
import { t } from "../texts";
import { Icon, type IconName } from "../ui/Icon";
import { BalanceButton } from "../wallet/BalanceButton";

const PLACES: { to: string; label: string; icon: IconName; holds: (path: string) => boolean }[] = [
  { to: "/", label: t.nav.studio, icon: "film", holds: (path) => path === "/" || isEditorPath(path) },
  { to: "/exports", label: t.nav.exports, icon: "download", holds: (path) => path.startsWith("/exports") },
  { to: "/history", label: t.nav.history, icon: "list", holds: (path) => path === "/history" },
];

export function Header({ path }: { path: string }) {
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-paper">
      <div className="mx-auto flex h-16 max-w-6xl items-center justify-between gap-3 px-4 sm:px-6 md:gap-4">
        <Link to="/" aria-label={t.appName} className="min-w-9">
          <Logo />
        </Link>
        <nav aria-label={t.nav.label} className="hidden sm:flex md:gap-1">
          {PLACES.map(({ to, label, holds }) => (
            <Link
              key={to}
              to={to}
              aria-current={holds(path) ? "page" : undefined}
              className="grid min-h-11 place-items-center rounded-xl px-2.5 font-semibold md:px-4 text-muted hover:text-ink
                aria-[current]:text-ink aria-[current]:underline aria-[current]:decoration-ball aria-[current]:decoration-3 aria-[current]:underline-offset-8"
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="flex items-center gap-1 sm:gap-2">
          <AccountButton />
          <BalanceButton />
        </div>
      </div>
    </header>
  );
}

/** On a phone the places are under the thumb; in the editor that place belongs to the price. */
export function TabBar({ path }: { path: string }) {
  if (isEditorPath(path)) return null;
  return (
    <nav
      aria-label={t.nav.label}
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      <ul className="grid grid-cols-3">
        {PLACES.map(({ to, label, icon, holds }) => (
          <li key={to}>
            <Link
              to={to}
              aria-current={holds(path) ? "page" : undefined}
              className="relative grid min-h-16 place-items-center content-center gap-0.5 text-xs font-semibold text-muted
                aria-[current]:text-ink aria-[current]:before:absolute aria-[current]:before:inset-x-8 aria-[current]:before:top-0
                aria-[current]:before:h-1 aria-[current]:before:rounded-b aria-[current]:before:bg-ball"
            >
              <Icon name={icon} className="size-6" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
