import { useId, useState } from "react";
import { statementUrl } from "../api/calls";
import { t } from "../texts";
import { recentMonths } from "../time";
import { buttonClass } from "../ui/Button";
import { Icon } from "../ui/Icon";

const MONTHS_OFFERED = 12;

/** A list of months instead of a month input, which two of the large browsers draw as a text field. */
export function StatementPicker() {
  const months = recentMonths(MONTHS_OFFERED);
  const [month, setMonth] = useState(months[0]?.value ?? "");
  const id = useId();
  return (
    <div className="flex w-full items-end gap-2 sm:w-auto">
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="mb-1 block text-sm font-semibold">
          {t.history.statement}
        </label>
        <select
          id={id}
          value={month}
          onChange={(event) => setMonth(event.target.value)}
          className="min-h-11 w-full rounded-xl sm:min-w-44 border border-edge bg-surface px-3"
        >
          {months.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <a
        href={statementUrl(month)}
        download={`reel-ballers-${month}.csv`}
        className={buttonClass({}, "shrink-0")}
      >
        <Icon name="download" />
        <span>
          <span className="sr-only sm:not-sr-only">{t.history.download} </span>
          {t.history.csv}
        </span>
      </a>
    </div>
  );
}
