import { useConfig } from "../api/queries";
import { isEditorPath } from "../editor/path";
import { Link } from "../router";
import { t } from "../texts";

/** From whom one buys, and where the small print is. */
export function Footer({ path }: { path: string }) {
  const seller = useConfig().data?.seller;
  return (
    <footer className={`border-t border-line ${isEditorPath(path) ? "pb-28 lg:pb-0" : "pb-20 sm:pb-0"}`}>
      <div className="mx-auto flex min-h-28 max-w-6xl flex-wrap items-start justify-between gap-x-10 gap-y-3 px-4 py-6 text-sm text-muted sm:px-6">
        <address className="max-w-md not-italic">
          {seller && (
            <>
              <span className="block font-semibold text-ink">{t.footer.soldBy(seller.name)}</span>
              {seller.address && <span className="block">{seller.address}</span>}
              <a className="inline-block py-1 underline" href={`mailto:${seller.support_email}`}>
                {seller.support_email}
              </a>
            </>
          )}
        </address>
        <nav aria-label={t.footer.label}>
          <ul className="flex flex-wrap gap-x-5">
            <li>
              <Small to="/prices">{t.footer.prices}</Small>
            </li>
            <li>
              <Small to={seller?.refund_policy_url ?? "/refunds"}>{t.footer.refunds}</Small>
            </li>
            <li>
              <Small to={seller?.terms_url ?? "/terms"}>{t.footer.terms}</Small>
            </li>
            <li>
              <Small to={seller?.privacy_url ?? "/privacy"}>{t.footer.privacy}</Small>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  );
}

/** A page of the app, or the seller's own elsewhere. */
export function Small({ to, children }: { to: string; children: string }) {
  const className = "inline-block py-1 underline underline-offset-4";
  return to.startsWith("/") ? (
    <Link to={to} className={className}>
      {children}
    </Link>
  ) : (
    <a href={to} className={className}>
      {children}
    </a>
  );
}
