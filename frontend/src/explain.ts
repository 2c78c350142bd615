/** Refusals in plain words. */

import { ApiError } from "./api/client";
import { t } from "./texts";
import { CookiesBlocked } from "./wallet/session";

/** Our own refusals are written for visitors; the framework's throttle message is not. */
const isOwnSentence = (detail: unknown): detail is string =>
  typeof detail === "string" && !detail.startsWith("Request was throttled");

/** A refusal in plain words. Structured facts first, then what the server says, then the status. */
export function explainError(error: unknown): string {
  if (error instanceof CookiesBlocked) return t.trouble.cookies;
  if (!(error instanceof ApiError)) return "Something went wrong in this page. Reload it and try again.";
  const field = Object.values(error.fields).flat()[0];
  if (field) return field;
  if (typeof error.detail === "object" && error.detail?.["error"] === "Wallet frozen")
    return t.trouble.frozen;
  if (error.status === 0) return "There is no connection to Reel Ballers. Check your network and try again.";
  if (error.status === 429 && isOwnSentence(error.detail)) return error.detail;
  if (error.status === 429) return "That was a lot at once. Wait a moment and try again.";
  if (error.status === 413) return "This is too large to be uploaded.";
  if (error.status === 502) return "The payment service refused this. Nothing was charged.";
  if (error.status >= 500) return "We are briefly unavailable. Nothing was charged; try again in a moment.";
  if (typeof error.detail === "string") return error.detail;
  if (typeof error.detail?.["error"] === "string") return error.detail["error"];
  return "The request was refused.";
}
