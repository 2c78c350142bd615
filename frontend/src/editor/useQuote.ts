import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { quoteExport } from "../api/calls";
import { ApiError } from "../api/client";
import { keys } from "../api/queryClient";
import type { ExportParams, ExportType, Quote } from "../api/types";

const SETTLE_MS = 400;

const quoteOf = (projectId: string, type: ExportType, params: string) =>
  queryOptions({
    queryKey: [...keys.quotes, projectId, type, params],
    queryFn: ({ signal }) => quoteExport(projectId, type, JSON.parse(params) as ExportParams, signal),
    networkMode: "always",
    staleTime: 30_000,
    gcTime: 60_000,
    retry: (failures, error) => failures < 2 && error instanceof ApiError && error.isTransient,
  });

/** The server's price for what is set up now, asked for when the hand rests. */
export function useQuote(projectId: string, type: ExportType, params: ExportParams) {
  const cache = useQueryClient();
  const now = JSON.stringify(params);
  const settled = useSettled(now);
  const query = useQuery({ ...quoteOf(projectId, type, settled), placeholderData: keepPreviousData });
  return {
    ...query,
    /** For exactly what is set up at this moment, however quick the hand was. */
    ask: (): Promise<Quote> => cache.fetchQuery(quoteOf(projectId, type, now)),
  };
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
