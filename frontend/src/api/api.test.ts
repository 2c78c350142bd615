import { expect, test } from "vitest";
import { explainError } from "../explain";
import { t } from "../texts";
import { readAmount } from "../wallet/amount";
import { whyRefused } from "../clips/accept";
import { match } from "../router";
import { pagePath } from "./calls";
import { ApiError, parseError } from "./client";
import { pollDelayMs } from "./polling";

test("reads both shapes of refusal", () => {
  const short = parseError(402, { detail: { error: "Insufficient funds", shortfall_cents: 5 } }, null);
  expect(short.number("shortfall_cents")).toBe(5);
  expect(short.isTransient).toBe(false);
  const field = parseError(400, { "params.aspect": ["Must be one of 9:16."] }, null);
  expect(explainError(field)).toBe("Must be one of 9:16.");
  expect(parseError(503, null, "7").retryAfterSeconds).toBe(7);
});
test("explains a frozen wallet and a lost connection in our own words", () => {
  expect(explainError(parseError(403, { detail: { error: "Wallet frozen" } }, null))).toBe(t.trouble.frozen);
  expect(explainError(new ApiError(0, null, {}, null))).toContain("no connection");
});
test("follows a page's cursor whatever host the link names", () => {
  expect(pagePath("/api/export", null)).toBe("/api/export");
  expect(pagePath("/api/export", "http://inner:8000/api/export?cursor=cD0y%3D")).toBe(
    "/api/export?cursor=cD0y%3D",
  );
});
test("asks every second at first and every five at last", () => {
  expect([0, 10_000, 1e9].map(pollDelayMs)).toEqual([1000, 2000, 5000]);
});
test("refuses a file before sending it", () => {
  expect(whyRefused({ name: "game.MOV", size: 10 }, 100)).toBeNull();
  expect(whyRefused({ name: "game.txt", size: 10 }, 100)).toBe(t.upload.notVideo);
  expect(whyRefused({ name: "game.mp4", size: 0 }, 100)).toBe(t.upload.empty);
  expect(whyRefused({ name: "game.mp4", size: 101 }, 100)).toBe(t.upload.tooBig("100 B"));
});
test("tells why an amount cannot be bought", () => {
  const limits = { min_cents: 50, max_cents: 50_000 };
  expect(readAmount("0.5", limits).cents).toBe(50);
  expect(readAmount("0.49", limits).problem).toBe(t.topup.belowMin(50));
  expect(readAmount("500.01", limits).problem).toBe(t.topup.aboveMax(50_000));
  expect(readAmount("abc", limits).problem).toBe(t.topup.notAnAmount);
  expect(readAmount(" ", limits)).toEqual({ cents: null, problem: null });
});
test("matches routes", () => {
  expect(match("/clips/:id", "/clips/ab12/")).toEqual({ id: "ab12" });
  expect(match("/clips/:id", "/clips")).toBeNull();
  expect(match("/", "/")).toEqual({});
  expect(match("/", "/x")).toBeNull();
});
