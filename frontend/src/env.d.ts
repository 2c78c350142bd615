/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Another origin's API; empty when pages and API share one. */
  readonly VITE_API_BASE?: string;
}
