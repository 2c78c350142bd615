import { credits } from "./counts";
import { creditCount, usd } from "../../money";
import { TYPE_NAMES } from "../../names";
import type { ExportType, LedgerEntry } from "../../api/types";

export const wallet = {
  balance: {
    label: "Balance:",
    unit: "credits",
    changed: (cents: number) => `Your balance is now ${credits(cents)}.`,
    add: "Add credits",
  },
  topup: {
    title: "Add credits",
    intro: "One credit is one US cent. You spend them on exports, and get them back when one fails.",
    packs: "Choose a pack",
    custom: "Or your own amount, in US dollars",
    limits: (min: number, max: number) =>
      `From ${usd(min)}, the smallest card payment, to ${usd(max)} at a time.`,
    notAnAmount: "Write dollars and cents, like 7.50.",
    belowMin: (min: number) => `The smallest top-up is ${usd(min)}.`,
    aboveMax: (max: number) => `The largest top-up is ${usd(max)}.`,
    pay: (cents: number) => `Pay ${usd(cents)}`,
    payUnknown: "Pay",
    gives: (cents: number) => `You get ${credits(cents)}.`,
    paysDebt: (debt: number, left: number) =>
      `${credits(debt)} go to your negative balance; ${credits(left)} are left to spend.`,
    leaving: "Opening the checkout…",
    keeps: "Credits never expire.",
    howRefunded: "How to get money back",
    secure: "You pay on Stripe's page. We never see your card.",
    packExports: (count: number, type: ExportType) =>
      `${creditCount(count)} × ${TYPE_NAMES[type].toLowerCase()}`,
  },
  success: {
    title: "Payment",
    confirming: "Confirming your payment",
    confirmingBody:
      "This usually takes a few seconds. You can stay here or leave: the credits arrive either way.",
    slow: "Still waiting for the bank. The credits arrive by themselves as soon as the payment is confirmed; nothing is lost if you leave.",
    credited: (count: number) => `${credits(count)} added`,
    creditedBody: (balance: number) => `Your balance is ${credits(balance)}.`,
    announce: (count: number, balance: number) =>
      `Payment confirmed. ${credits(count)} added. Your balance is ${credits(balance)}.`,
    failed: "The payment did not go through",
    failedBody: "Nothing was charged and no credits were added. You can try again with another card.",
    expired: "This checkout has expired",
    expiredBody: "Nothing was charged. Start a new top-up whenever you like.",
    unknown: "We cannot find this payment here",
    unknownBody:
      "If you paid in another browser, the credits are in that browser's wallet. If you keep it by an email address, sign in and it is here.",
    back: "Back to your export",
    studio: "Go to the studio",
    history: "See the history",
  },
  cancelled: {
    title: "No payment made",
    body: "You left the checkout. Nothing was charged, and your clips and export settings are just as you left them.",
  },
  history: {
    title: "History",
    what: "What",
    change: "Credits",
    after: "Balance after",
    afterShort: "Balance",
    emptyTitle: "No movements yet",
    empty: "Every credit you buy, spend or get back will be listed here, with the balance after it.",
    statement: "Monthly statement",
    download: "Download",
    csv: "CSV",
  },
  reasons: {
    topup: "Credits bought",
    debit: "Export",
    refund: "Credits returned",
    bonus: "Bonus from Reel Ballers",
    reversal: "Taken back: payment refunded or disputed",
    restore: "Given back: refund or dispute undone",
    adjustment: "Opening balance",
    transfer: "Moved between your wallets",
  } satisfies Record<LedgerEntry["reason"], string>,
};
