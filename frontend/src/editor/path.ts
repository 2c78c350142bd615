import type { ExportType } from "../api/types";

export const editorPath = (projectId: string, type: ExportType) => `/clips/${projectId}?type=${type}`;
