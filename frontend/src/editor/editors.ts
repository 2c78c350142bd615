import type { ReactNode } from "react";
import type { ExportType, ParamsOf, Project } from "../api/types";
import type { Draft } from "./draft";
import type { Player } from "./player";

/** What every editor is given. */
export interface EditorProps<T extends ExportType> {
  clip: Project;
  player: Player;
  draft: Draft<ParamsOf[T]>;
  trim: ReactNode;
  price: ReactNode;
}
