import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError } from "../api/client";
import { keys, refresh, refreshMoney, retryDelayMs } from "../api/queryClient";
import type { BatchRequest, ExportRequest } from "../api/types";
import { explainError } from "../explain";
import { watchExport } from "../exports/watch";
import { navigate } from "../router";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { forgetSold, sell, sellSet } from "./sell";

const QUIET_RETRIES = 2;
const LONGEST_QUIET_WAIT_SECONDS = 5;

function mayRetryQuietly(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.isTransient &&
    navigator.onLine &&
    (error.retryAfterSeconds ?? 0) <= LONGEST_QUIET_WAIT_SECONDS
  );
}

/** Starts and pays for an export. The retries carry the same key as the first try. */
export function useStartExport() {
  const cache = useQueryClient();
  const isStarting = useRef(false);
  const mutation = useMutation({
    mutationFn: (order: ExportRequest | BatchRequest) => ("exports" in order ? sellSet(order) : sell(order)),
    retry: (failures, error) => failures < QUIET_RETRIES && mayRetryQuietly(error),
    retryDelay: retryDelayMs,
    onSuccess: (jobs, { project_id }) => {
      for (const job of jobs) {
        cache.setQueryData(keys.export(job.job_id), job);
        watchExport(job.job_id);
      }
      refresh(keys.exports);
      const [first] = jobs;
      navigate(jobs.length === 1 && first ? `/exports/${first.job_id}` : `/exports?project_id=${project_id}`);
    },
    onError: (error) => announce(explainError(error)),
    onSettled: () => {
      isStarting.current = false;
      refreshMoney();
    },
  });
  return {
    isStarting: mutation.isPending,
    error: mutation.error,
    forget: mutation.reset,
    /** `again`: it was bought before and is wanted once more. */
    start: (request: ExportRequest | BatchRequest, { again = false } = {}) => {
      if (isStarting.current) return;
      isStarting.current = true;
      if (again) forgetSold(request);
      mutation.mutate(request);
    },
  };
}

export function explainStart(error: unknown): string {
  return error instanceof ApiError && error.isTransient && error.status !== 429
    ? t.price.retry
    : explainError(error);
}
