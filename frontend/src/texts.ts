/** Every word a visitor reads, by where it stands. Another language is another folder of this shape. */

import type { ExportType } from "./api/types";
import { TYPE_NAMES } from "./names";
import { credits } from "./texts/en/counts";
import { account } from "./texts/en/account";
import { editor } from "./texts/en/editor";
import { exports } from "./texts/en/exports";
import { shell } from "./texts/en/shell";
import { studio } from "./texts/en/studio";
import { welcome } from "./texts/en/welcome";
import { wallet } from "./texts/en/wallet";

export const t = {
  credits,
  types: TYPE_NAMES,
  ofExport: (type: ExportType, clip: string) => `${TYPE_NAMES[type]} · ${clip}`,
  ...shell,
  ...account,
  ...wallet,
  ...studio,
  ...editor,
  ...exports,
  ...welcome,
};
