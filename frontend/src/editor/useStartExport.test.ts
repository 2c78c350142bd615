// @vitest-environment jsdom
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ExportRequest } from "../api/types";
import { type Answer, serve } from "../testing/server";

const { asked, answer } = await serve();
const { wrapper } = await import("../testing/wrapper");
const { queryClient } = await import("../api/queryClient");
const { useStartExport } = await import("./useStartExport");

const request: ExportRequest = {
  project_id: "p1",
  type: "framing",
  params: { aspect: "1:1" },
  cost_cents: 5,
};
const job = (more = {}) => ({ job_id: "j1", status: "queued", output_url: null, ...more });
const sold = (more = {}): Answer => ({ status: 201, body: job(more) });
const dearer = (cost_cents: number): Answer => ({
  status: 409,
  body: { detail: { error: "The price is higher than you accepted", cost_cents } },
});
const htmlPage: Answer = { status: 400, body: "<h1>Bad Request (400)</h1>" };

const tab = () => renderHook(() => useStartExport(), { wrapper }).result;
const starts = () => asked.filter(({ path }) => path === "/api/export/start");
const keys = () => starts().map(({ key }) => key);

async function press(hook: ReturnType<typeof tab>, what = request, options?: { again: boolean }) {
  const before = starts().length;
  act(() => hook.current.start(what, options));
  await waitFor(() => expect(starts().length).toBeGreaterThan(before));
  await waitFor(() => expect(queryClient.isMutating()).toBe(0));
}

/** Answers of /api/export/start in turn, the last one for ever. */
function startsAnswer(...answers: Answer[]) {
  answer(({ path }) =>
    path === "/api/export/start"
      ? (answers[Math.min(starts().length, answers.length) - 1] as Answer)
      : { status: 404, body: { detail: "Not found." } },
  );
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

test("a retry after a lost answer carries the key of the first try", async () => {
  startsAnswer({ status: 503, body: { detail: "Busy." }, headers: { "Retry-After": "0" } }, sold());
  await press(tab());
  expect(keys()).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);
  expect(window.location.pathname).toBe("/exports/j1");
});

test("retries keep their key where the browser forbids storage", async () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  startsAnswer({ status: 503, body: { detail: "Busy." }, headers: { "Retry-After": "0" } }, sold());
  await press(tab());
  expect(keys()).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);
});

test("a 400 that is not the API's own leaves the key: the sale may stand", async () => {
  startsAnswer(htmlPage, sold());
  const hook = tab();
  await press(hook);
  await press(hook);
  expect(keys()).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);
});

test("a second press in the same moment asks for nothing", async () => {
  startsAnswer(sold());
  const hook = tab();
  act(() => hook.current.start(request));
  await press(hook);
  expect(keys()).toHaveLength(1);
});

test("another tab with the same draft leads to the export that was sold", async () => {
  startsAnswer(sold(), sold({ status: "running" }));
  await press(tab());
  await press(tab());
  expect(keys()).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);
});

test("another draft of the same clip has a key of its own", async () => {
  startsAnswer(sold());
  const hook = tab();
  await press(hook);
  await press(hook, { ...request, params: { aspect: "9:16" } });
  expect(new Set(keys()).size).toBe(2);
});

test("an export that failed is sold anew", async () => {
  startsAnswer(sold(), sold({ status: "failed" }), sold({ job_id: "j2" }));
  const hook = tab();
  await press(hook);
  await press(hook);
  expect(new Set(keys()).size).toBe(2);
  expect(window.location.pathname).toBe("/exports/j2");
});

test("what is wanted once more is paid once more, and only then", async () => {
  startsAnswer(sold({ status: "succeeded", output_url: "/out" }));
  const hook = tab();
  await press(hook);
  await press(hook);
  await press(hook, request, { again: true });
  expect(new Set(keys()).size).toBe(2);
});

test("what is wanted once more stays one purchase when its answer is lost", async () => {
  startsAnswer(sold({ status: "succeeded", output_url: "/out" }), htmlPage, sold({ job_id: "j2" }));
  const hook = tab();
  await press(hook);
  await press(hook, request, { again: true });
  await press(hook, request, { again: true });
  expect(new Set(keys()).size).toBe(2);
  expect(keys()[2]).toBe(keys()[1]);
});

test("a tab that knows nothing of the other's press sends the same key", async () => {
  startsAnswer(sold());
  await press(tab());
  localStorage.clear();
  await press(tab());
  expect(new Set(keys()).size).toBe(1);
});

test("a higher price that was agreed to goes out under a new key", async () => {
  startsAnswer(dearer(7), sold());
  const hook = tab();
  await press(hook);
  await press(hook, { ...request, cost_cents: 7 });
  expect(starts().map(({ json }) => json?.["cost_cents"])).toEqual([5, 7]);
  expect(new Set(keys()).size).toBe(2);
});

test("an undecided try is asked about first, whatever the price has become", async () => {
  startsAnswer(htmlPage, sold());
  const hook = tab();
  await press(hook);
  await press(hook, { ...request, cost_cents: 7 });
  expect(starts().map(({ json }) => json?.["cost_cents"])).toEqual([5, 5]);
  expect(new Set(keys()).size).toBe(1);
});

test("an undecided try that was never sold gives way to the price agreed to since", async () => {
  startsAnswer(htmlPage, dearer(7), sold());
  const hook = tab();
  await press(hook);
  await press(hook, { ...request, cost_cents: 7 });
  expect(starts().map(({ json }) => json?.["cost_cents"])).toEqual([5, 5, 7]);
  expect(hook.current.error).toBeNull();
});
