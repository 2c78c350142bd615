import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { startExport } from "../api/calls";
import { ApiError } from "../api/client";
import { keys, refresh, refreshMoney, retryDelayMs } from "../api/queryClient";
import type { ExportRequest } from "../api/types";
import { navigate } from "../router";
import { explainError } from "../explain";
import { t } from "../texts";
import { announce } from "../ui/announce";
import { intentKey, settleIntent } from "./intent";

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
    mutationFn: (request: ExportRequest) => startExport(request, intentKey(request)),
    retry: (failures, error) => failures < QUIET_RETRIES && mayRetryQuietly(error),
    retryDelay: retryDelayMs,
    onSuccess: (job, request) => {
      settleIntent(request);
      cache.setQueryData(keys.export(job.job_id), job);
      refresh(keys.exports);
      navigate(`/exports/${job.job_id}`);
    },
    onError: (error, request) => {
      if (error instanceof ApiError && !error.isTransient) settleIntent(request);
      announce(explainError(error));
    },
    onSettled: () => {
      isStarting.current = false;
      refreshMoney();
    },
  });
  return {
    isStarting: mutation.isPending,
    error: mutation.error,
    forget: mutation.reset,
    start: (request: ExportRequest) => {
      if (isStarting.current) return;
      isStarting.current = true;
      mutation.mutate(request);
    },
  };
}

/** The price of a 409 that means "dearer than you agreed to"; null for any other refusal. */
export function dearerPrice(error: unknown): number | null {
  return error instanceof ApiError && error.status === 409 ? error.number("cost_cents") : null;
}

export function explainStart(error: unknown): string {
  return error instanceof ApiError && error.isTransient && error.status !== 429
    ? t.price.retry
    : explainError(error);
}
