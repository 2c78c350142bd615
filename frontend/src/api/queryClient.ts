/** The cache of the server's answers, kept the same in every tab of this browser. */

import { QueryClient, type QueryKey } from "@tanstack/react-query";
import { ApiError } from "./client";
import type { ExportFilters } from "./types";

export const keys = {
  config: ["config"],
  wallet: ["wallet"],
  ledger: ["ledger"],
  me: ["me"],
  devices: ["devices"],
  account: ["account"],
  merge: ["merge"],
  projects: ["projects"],
  project: (projectId: string) => ["project", projectId],
  exports: ["exports"],
  exportList: (filters: ExportFilters) => ["exports", filters],
  quotes: ["quote"],
  export: (jobId: string) => ["export", jobId],
  topup: (sessionId: string) => ["topup", sessionId],
} as const;

const READ_RETRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < READ_RETRIES && error instanceof ApiError && error.isTransient,
      retryDelay: (attempt, error) => retryDelayMs(attempt, error),
    },
    mutations: { networkMode: "always" },
  },
});

export function retryDelayMs(attempt: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  return asked === null ? Math.min(1000 * 2 ** attempt, 8000) : Math.min(asked * 1000, 15_000);
}

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("reel-ballers");

channel?.addEventListener("message", (event: MessageEvent<QueryKey[]>) => {
  event.data.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }));
});

/** Asks for these again, here and in this browser's other tabs. */
export function refresh(...queryKeys: QueryKey[]): void {
  queryKeys.forEach((queryKey) => void queryClient.invalidateQueries({ queryKey }));
  channel?.postMessage(queryKeys);
}

/** After anything that moves money. */
export const refreshMoney = () => refresh(keys.wallet, keys.ledger);
