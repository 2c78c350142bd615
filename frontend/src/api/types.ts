/** The shapes of our HTTP API, as SPEC §2 promises them. Cents are integers. */

export type ExportType = "framing" | "overlay" | "annotate" | "upscale";
export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Wallet {
  balance_cents: number;
  currency: string;
  debt_cents: number;
  is_frozen: boolean;
}

export interface Config {
  publishable_key: string;
  currency: string;
  topup: { min_cents: number; max_cents: number; packs: { amount_cents: number; label: string }[] };
  prices: { version: string; block_seconds: number; types: { type: ExportType; base_cents: number }[] };
  max_upload_bytes: number;
  is_sandbox: boolean;
}

export interface Project {
  id: string;
  name: string;
  duration_seconds: number;
  duration_ms: number;
  width: number;
  height: number;
  fps: number;
  has_audio: boolean;
  size_bytes: number;
  video_url: string;
  thumbnail_url: string | null;
  created_at: string;
}

export type LedgerReason = "topup" | "debit" | "refund" | "bonus" | "reversal" | "restore" | "adjustment";

export interface LedgerEntry {
  id: number;
  change_cents: number;
  balance_after_cents: number;
  reason: LedgerReason;
  job_id: string | null;
  note: string | null;
  created_at: string;
}

export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Topup {
  status: "pending" | "paid" | "failed" | "expired";
  credits: number;
  balance_cents: number;
}

export interface Checkout {
  checkout_url: string;
  session_id: string;
}

export interface FramingKeyframe { time_seconds: number; x: number; y: number; zoom: number }
export type Aspect = "9:16" | "1:1" | "4:5" | "16:9";
export interface FramingParams { aspect?: Aspect; keyframes?: FramingKeyframe[] }

export interface OverlayKeyframe { time_seconds: number; x: number; y: number; radius: number }
export interface OverlayParams { keyframes?: OverlayKeyframe[]; dim?: number }

interface Timed { start_seconds: number; end_seconds: number | null; x: number; y: number; color: string }
export interface TextItem extends Timed { kind: "text"; text: string; size: number }
export interface ArrowItem extends Timed { kind: "arrow"; to_x: number; to_y: number; thickness: number }
export interface CircleItem extends Timed { kind: "circle"; radius: number; thickness: number }
export interface RectangleItem extends Timed { kind: "rectangle"; width: number; height: number; thickness: number }
export type AnnotateItem = TextItem | ArrowItem | CircleItem | RectangleItem;
export interface AnnotateParams { items?: AnnotateItem[] }

export interface UpscaleParams { factor?: 2 | 4 }

export interface ParamsOf {
  framing: FramingParams;
  overlay: OverlayParams;
  annotate: AnnotateParams;
  upscale: UpscaleParams;
}
export type ExportParams = ParamsOf[ExportType];

export interface Quote {
  cost_cents: number;
  balance_cents: number;
  shortfall_cents: number;
}

export interface Job {
  job_id: string;
  project_id: string;
  project_name: string;
  type: ExportType;
  params: ExportParams;
  status: JobStatus;
  progress: number;
  cost_cents: number;
  refunded_cents: number;
  new_balance_cents?: number;
  output_url: string | null;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Me {
  id: string;
  is_guest: boolean;
  email: string | null;
}

export interface ExportRequest<T extends ExportType = ExportType> {
  project_id: string;
  type: T;
  params: ParamsOf[T];
  cost_cents?: number;
}
