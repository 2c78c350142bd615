// @vitest-environment jsdom
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { serve } from "../testing/server";

const { asked, answer } = await serve();
const { wrapper } = await import("../testing/wrapper");
const { useTopup } = await import("./topup");
const { CookiesBlocked, HAD_WALLET } = await import("./session");

/** The page's own address: jsdom cannot leave it. */
const CHECKOUT = `${window.location.href}#checkout`;

function apiWith({ seesSession }: { seesSession: boolean }) {
  answer(({ path }) =>
    path === "/api/topup"
      ? { status: 200, body: { checkout_url: CHECKOUT, session_id: "cs_1" } }
      : path === "/api/me" && seesSession
        ? { status: 200, body: { id: "u1", is_guest: true, email: null } }
        : { status: 401, body: { detail: "Authentication credentials were not provided." } },
  );
}

beforeEach(() => {
  localStorage.clear();
  window.location.hash = "";
});

test("leaves for the checkout once a call has seen the session", async () => {
  apiWith({ seesSession: true });
  const { result } = renderHook(() => useTopup(), { wrapper });
  act(() => result.current.start(500));
  await waitFor(() => expect(window.location.hash).toBe("#checkout"));
  expect(asked.map(({ path }) => path)).toEqual(["/api/topup", "/api/me"]);
  expect(localStorage.getItem(HAD_WALLET)).toBe("true");
});

test("stays where cookies are blocked, and says so", async () => {
  apiWith({ seesSession: false });
  const { result } = renderHook(() => useTopup(), { wrapper });
  act(() => result.current.start(500));
  await waitFor(() => expect(result.current.error).toBeInstanceOf(CookiesBlocked));
  expect(window.location.hash).toBe("");
  expect(localStorage.getItem(HAD_WALLET)).toBeNull();
  expect(result.current.isLeaving).toBe(false);
});

test("a double press opens one checkout", async () => {
  apiWith({ seesSession: true });
  const { result } = renderHook(() => useTopup(), { wrapper });
  act(() => {
    result.current.start(500);
    result.current.start(500);
  });
  await waitFor(() => expect(window.location.hash).toBe("#checkout"));
  expect(asked.filter(({ path }) => path === "/api/topup")).toHaveLength(1);
});

test("can be pressed again after a refusal", async () => {
  answer(() => ({ status: 503, body: { detail: "Stripe is away." }, headers: { "Retry-After": "0" } }));
  const { result } = renderHook(() => useTopup(), { wrapper });
  act(() => result.current.start(500));
  await waitFor(() => expect(result.current.error).not.toBeNull());
  apiWith({ seesSession: true });
  act(() => result.current.start(500));
  await waitFor(() => expect(window.location.hash).toBe("#checkout"));
});
