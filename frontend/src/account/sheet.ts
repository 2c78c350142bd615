import { openSheet } from "../router";

export const ACCOUNT_HASH = "#account";

export const openAccount = () => openSheet(ACCOUNT_HASH);
