import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { quoteExport } from "../api/calls";
import { ApiError } from "../api/client";
import type { ExportParams, ExportType } from "../api/types";

const SETTLE_MS = 400;

/** The server's price for what is set up now, asked for when the hand rests. */
export function useQuote(projectId: string, type: ExportType, params: ExportParams) {
  const settled = useSettled(JSON.stringify(params));
  return useQuery({
    queryKey: ["quote", projectId, type, settled],
    queryFn: ({ signal }) => quoteExport(projectId, type, JSON.parse(settled) as ExportParams, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
    retry: (failures, error) => failures < 2 && error instanceof ApiError && error.isTransient,
  });
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
