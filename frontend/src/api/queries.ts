/** The server's state as hooks. Lists and jobs poll only while something in them can still change. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import * as calls from "./calls";
import { isOpen, pollDelayMs } from "./polling";
import { keys, queryClient, refresh } from "./queryClient";
import type { ExportFilters, Page } from "./types";

export const useConfig = () =>
  useQuery({ queryKey: keys.config, queryFn: calls.getConfig, staleTime: Infinity });
export const useWallet = () =>
  useQuery({ queryKey: keys.wallet, queryFn: calls.getWallet, refetchInterval: 60_000 });

const pages = { initialPageParam: null as string | null, getNextPageParam: <T>(last: Page<T>) => last.next };

export const useLedger = () =>
  useInfiniteQuery({
    queryKey: keys.ledger,
    queryFn: ({ pageParam }) => calls.getLedger(pageParam),
    ...pages,
  });

export const useProjects = () =>
  useInfiniteQuery({
    queryKey: keys.projects,
    queryFn: ({ pageParam }) => calls.getProjects(pageParam),
    ...pages,
  });

export const useProject = (projectId: string) =>
  useQuery({
    queryKey: keys.project(projectId),
    queryFn: () => calls.getProject(projectId),
    staleTime: 60_000,
  });

const NO_FILTERS: ExportFilters = {};

export function useExports(filters: ExportFilters = NO_FILTERS) {
  const list = useInfiniteQuery({
    queryKey: keys.exportList(filters),
    queryFn: ({ pageParam }) => calls.getExports(filters, pageParam),
    ...pages,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.results.some(isOpen)) ? 2000 : false,
  });
  const jobs = list.data?.pages.flatMap((page) => page.results) ?? [];
  useRefreshWhenJobsEnd(list.data && jobs.map((job) => `${job.job_id}:${job.status}`).join());
  return { ...list, jobs };
}

/** Whoever is told of the end while looking elsewhere is worth a question every few seconds. */
const mayNotify = (): boolean => "Notification" in window && Notification.permission === "granted";

export function useExport(jobId: string) {
  const changed = useRef<{ what: string | null; atMs: number }>({ what: null, atMs: 0 });
  const query = useQuery({
    queryKey: keys.export(jobId),
    queryFn: () => calls.getExport(jobId),
    refetchIntervalInBackground: mayNotify(),
    refetchInterval: ({ state: { data } }) => {
      if (data && !isOpen(data)) return false;
      const what = data ? `${data.status} ${data.progress}` : "";
      if (what !== changed.current.what) changed.current = { what, atMs: Date.now() };
      return pollDelayMs(Date.now() - changed.current.atMs);
    },
  });
  useRefreshWhenJobsEnd(query.data && `${query.data.status}:${query.data.refunded_cents}`);
  return query;
}

/** A job that ended may have returned credits: the balance and the lists are asked for again. */
function useRefreshWhenJobsEnd(state: string | undefined): void {
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (last.current !== undefined && state !== undefined && last.current !== state) {
      refresh(keys.wallet, keys.ledger);
      void queryClient.invalidateQueries({ queryKey: keys.exports });
      void queryClient.invalidateQueries({ queryKey: keys.quotes });
    }
    last.current = state;
  }, [state]);
}
