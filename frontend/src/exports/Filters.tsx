import { useEffect, useState } from "react";
import { useConfig, useProjects } from "../api/queries";
import type { ExportFilters, ExportType, JobStatus } from "../api/types";
import { replaceAddress } from "../router";
import { t } from "../texts";

const SETTLE_MS = 300;
const NAMES = ["q", "project_id", "type", "status"] as const;

export function filtersIn(query: URLSearchParams): ExportFilters {
  const found: [string, string | null][] = NAMES.map((name) => [name, query.get(name)]);
  return Object.fromEntries(found.filter(([, value]) => value));
}

/** Kept in the address: Back, reload and a link lead to the same list. */
function show(filters: ExportFilters): void {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value)).toString();
  replaceAddress(query ? `/exports?${query}` : "/exports");
}

/** Search, and what narrows the list: the clip, what was done, how it ended. */
export function Filters({ filters }: { filters: ExportFilters }) {
  const clips = useProjects().data?.pages.flatMap((page) => page.results) ?? [];
  const types = useConfig().data?.prices.types.map(({ type }) => type) ?? [];
  const [typed, setTyped] = useState(filters.q ?? "");

  useEffect(() => {
    if (typed.trim() === (filters.q ?? "")) return;
    const timer = setTimeout(() => show({ ...filters, q: typed.trim() }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, filters]);

  return (
    <search className="mb-5 grid gap-2 sm:grid-cols-[1fr_auto_auto_auto]">
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder={t.find.search}
        aria-label={t.find.search}
        className="min-h-11 w-full min-w-0 rounded-xl border border-edge bg-surface px-4"
      />
      <div className="grid grid-cols-3 gap-2 sm:contents">
        <Select
          label={t.find.clip}
          value={filters.project_id}
          onChange={(project_id) => show({ ...filters, project_id })}
          options={clips.map(({ id, name }) => [id, name])}
        />
        <Select
          label={t.find.type}
          value={filters.type}
          onChange={(type) => show({ ...filters, type: type as ExportType })}
          options={types.map((type) => [type, t.types[type]])}
        />
        <Select
          label={t.find.status}
          value={filters.status}
          onChange={(status) => show({ ...filters, status: status as JobStatus })}
          options={Object.entries(t.statuses)}
        />
      </div>
    </search>
  );
}

interface SelectProps {
  label: string;
  value: string | undefined;
  options: [string, string][];
  onChange: (value: string) => void;
}

function Select({ label, value = "", options, onChange }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-h-11 w-full min-w-0 rounded-xl border border-edge bg-surface px-2 text-sm sm:w-40"
    >
      <option value="">{label}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}
