/**
 * The shapes of our HTTP API. What the server describes comes from its OpenAPI document (`npm run types`); here are
 * only the names we use, and what that document leaves open: export kinds, their parameters, pages of lists.
 */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type ExportType = "framing" | "overlay" | "annotate" | "upscale";

export type Wallet = Schemas["WalletShape"];
export type Project = Schemas["ProjectShape"];
export type LedgerEntry = Schemas["LedgerLine"];
export type Topup = Schemas["TopupStatus"];
export type Checkout = Schemas["TopupStarted"];
export type Quote = Schemas["QuoteShape"];
export type Me = Schemas["MeShape"];
export type Config = Omit<Schemas["ConfigShape"], "prices"> & {
  prices: Omit<Schemas["ConfigPrices"], "types"> & {
    types: (Schemas["ConfigPrice"] & { type: ExportType })[];
  };
};
export type Job = Omit<Schemas["JobShape"], "type" | "params" | "receipt"> & {
  type: ExportType;
  params: ExportParams;
  /** Only in the answer to a start or a cancel. */
  new_balance_cents?: number;
};
export type JobStatus = Job["status"];
/** What narrows a list of exports; `q` is looked for in their names. */
export interface ExportFilters {
  project_id?: string;
  type?: ExportType;
  status?: JobStatus;
  q?: string;
}

/** A page of a list, newest first. */
export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface FramingKeyframe {
  time_seconds: number;
  x: number;
  y: number;
  zoom: number;
}
export type Aspect = "9:16" | "1:1" | "4:5" | "16:9";
export interface FramingParams {
  aspect?: Aspect;
  keyframes?: FramingKeyframe[];
}

export interface OverlayKeyframe {
  time_seconds: number;
  x: number;
  y: number;
  radius: number;
}
export interface OverlayParams {
  keyframes?: OverlayKeyframe[];
  dim?: number;
}

interface Timed {
  start_seconds: number;
  end_seconds: number | null;
  x: number;
  y: number;
  color: string;
}
export interface TextItem extends Timed {
  kind: "text";
  text: string;
  size: number;
}
export interface ArrowItem extends Timed {
  kind: "arrow";
  to_x: number;
  to_y: number;
  thickness: number;
}
export interface CircleItem extends Timed {
  kind: "circle";
  radius: number;
  thickness: number;
}
export interface RectangleItem extends Timed {
  kind: "rectangle";
  width: number;
  height: number;
  thickness: number;
}
export type AnnotateItem = TextItem | ArrowItem | CircleItem | RectangleItem;
export interface AnnotateParams {
  items?: AnnotateItem[];
}

export interface UpscaleParams {
  factor?: 2 | 4;
}

/** The part of the clip that an export keeps; every kind takes it. */
export interface Trim {
  start_seconds: number;
  end_seconds: number;
}

export interface ParamsOf {
  framing: FramingParams;
  overlay: OverlayParams;
  annotate: AnnotateParams;
  upscale: UpscaleParams;
}
export type ExportParams = ParamsOf[ExportType] & { trim?: Trim };

/** Several exports of one clip in one purchase: all of them or none. */
export interface BatchRequest {
  project_id: string;
  exports: { type: ExportType; params: ExportParams }[];
  cost_cents?: number;
}

export interface ExportRequest<T extends ExportType = ExportType> {
  project_id: string;
  type: T;
  params: ParamsOf[T] & { trim?: Trim };
  cost_cents?: number;
}
