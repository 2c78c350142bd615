/** The account API, call by call. */

import type { components } from "../api/schema";
import { call } from "../api/client";

type Schemas = components["schemas"];
export type CodeSent = Schemas["CodeSent"];
export type Entered = Schemas["EnteredShape"];
export type LeftWallet = Schemas["LeftWalletShape"];
export type Device = Schemas["SessionShape"];

export const askForCode = (email: string) =>
  call<CodeSent>("/api/account/code", { method: "POST", json: { email } });
export const confirmCode = (code_id: string, code: string) =>
  call<Entered>("/api/account/code/confirm", { method: "POST", json: { code_id, code } });

export const recoverWallet = (code_id: string, code: string, last4: string) =>
  call<Entered>("/api/account/recover", { method: "POST", json: { code_id, code, last4 } });

export type AccountFacts = Schemas["AccountShape"];
export type MergePreview = Schemas["MergePreview"];
export const getAccount = () => call<AccountFacts>("/api/account");
export const getMerge = () => call<MergePreview>("/api/account/merge");
export const mergeWallets = () =>
  call<Schemas["MergeDone"]>("/api/account/merge", { method: "POST", json: {} });
export const declineMerge = () => call<null>("/api/account/merge/decline", { method: "POST", json: {} });

export const getDevices = () => call<Device[]>("/api/account/sessions");
export const endDevice = (deviceId: string) =>
  call<null>(`/api/account/sessions/${encodeURIComponent(deviceId)}`, { method: "DELETE" });
export const endOtherDevices = () => call<{ ended: number }>("/api/account/sessions", { method: "DELETE" });
export const signOut = () => call<null>("/api/account/sign-out", { method: "POST", json: {} });
