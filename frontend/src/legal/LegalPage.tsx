import { useConfig } from "../api/queries";
import type { Config } from "../api/types";
import { creditCount, usd } from "../money";
import { t } from "../texts";
import { legal } from "../texts/en/legal";
import { Page } from "../ui/Page";
import { Failure, Loading, Skeleton } from "../ui/states";

export type LegalName = keyof typeof legal.pages;

/** A plain page of the seller's rules, from the words of the app and the seller's settings. */
export function LegalPage({ name }: { name: LegalName }) {
  const config = useConfig();
  const { title, sections } = legal.pages[name];
  return (
    <Page title={title}>
      {config.data ? (
        <div className="grid max-w-2xl gap-6">
          {name === "prices" && <PriceTable config={config.data} />}
          {sections(config.data.seller).map(([heading, ...paragraphs]) => (
            <section key={heading}>
              <h2 className="mb-1 text-lg font-semibold">{heading}</h2>
              {paragraphs.map((paragraph) => (
                <p key={paragraph} className="mb-2 text-muted">
                  {paragraph}
                </p>
              ))}
            </section>
          ))}
        </div>
      ) : config.isError ? (
        <Failure error={config.error} onRetry={() => void config.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="h-96 max-w-2xl" />
        </Loading>
      )}
    </Page>
  );
}

function PriceTable({ config: { prices } }: { config: Config }) {
  return (
    <table className="card w-full overflow-hidden text-left">
      <thead className="text-sm text-muted">
        <tr className="*:px-4 *:py-3 *:font-semibold">
          <th scope="col">{legal.kind}</th>
          <th scope="col" className="text-right">
            {legal.perBlock(prices.block_seconds)}
          </th>
        </tr>
      </thead>
      <tbody>
        {prices.types.map(({ type, base_cents }) => (
          <tr key={type} className="*:border-t *:border-line *:px-4 *:py-3">
            <th scope="row" className="font-semibold">
              {t.types[type]}
            </th>
            <td className="text-right tabular-nums">
              {creditCount(base_cents)} ({usd(base_cents)})
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
