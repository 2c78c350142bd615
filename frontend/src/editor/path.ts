import type { ExportType } from "../api/types";

/** Of the clip that nobody uploaded. */
export const SAMPLE_ID = "sample";

export const editorPath = (projectId: string, type?: ExportType) =>
  (projectId === SAMPLE_ID ? "/try" : `/clips/${projectId}`) + (type ? `?type=${type}` : "");

export const isEditorPath = (path: string): boolean => path.startsWith("/clips/") || path === "/try";
