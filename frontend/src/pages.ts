/** The pages behind the first one, as one part. */

export { ExportPage } from "./exports/ExportPage";
export { ExportsPage } from "./exports/ExportsPage";
export { CancelPage } from "./wallet/CancelPage";
export { HistoryPage } from "./wallet/HistoryPage";
export { SuccessPage } from "./wallet/SuccessPage";
