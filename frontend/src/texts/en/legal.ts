/** The plain pages of the seller's rules. A lawyer's own take their place by settings. */

interface Seller {
  name: string;
  address: string;
  support_email: string;
}
/** Heading, then paragraphs. */
type Sections = (seller: Seller) => [string, ...string[]][];

const prices: Sections = ({ support_email }) => [
  [
    "How it is counted",
    "One credit is one US cent. A clip counts in blocks of 30 seconds; half a second over still counts as the block before, so a 30-second clip is one block.",
    "With a trim only the part you keep counts.",
  ],
  [
    "What is taken, and when",
    "The price stands beside the button before you press it, and you are never charged more than it said. An export that fails or is cancelled gives its credits back at once.",
  ],
  [
    "Taxes and fees",
    `Prices are what you pay: nothing is added at the checkout. Questions: ${support_email}.`,
  ],
];

const refunds: Sections = ({ support_email }) => [
  ["Exports that fail", "Their credits return to your balance by themselves, in the moment the export ends."],
  [
    "Credits you have not spent",
    `Write to ${support_email} and we refund the unspent part of a purchase to the card that paid it. Credits never expire, so there is no hurry.`,
  ],
  [
    "An export you are unhappy with",
    `Tell us which one and what is wrong with it: ${support_email}. If it is our fault, its credits come back.`,
  ],
  [
    "How long it takes",
    "We answer as soon as we can. A refund to a card takes the bank five to ten days to show.",
  ],
];

const terms: Sections = ({ name, address, support_email }) => [
  ["Who you deal with", [name, address].filter(Boolean).join(", ") + `. Reach us at ${support_email}.`],
  [
    "What you buy",
    "Credits, spent on exports of your own clips. Credits are a prepayment for our service: they cannot be sold, passed on or paid out, other than by a refund of what you paid.",
  ],
  [
    "Your clips stay yours",
    "You keep all rights in what you upload and export. Upload only what you may use; we process it to make what you ask for, and for nothing else.",
  ],
  [
    "Your wallet",
    "Without an account your wallet lives in this browser's cookie. Whoever has the browser has the wallet; keep it safe.",
  ],
  [
    "What we may do",
    "We may pause a wallet while we look into a disputed payment or misuse. Credits, clips and finished exports stay yours.",
  ],
  ["The law", "Your rights as a consumer where you live stay untouched by this page."],
];

const privacy: Sections = ({ name, support_email }) => [
  [
    "What we keep",
    "Your clips and exports, what you bought and spent, and one cookie that ties them to this browser. No advertising, no tracking, nothing from other sites in these pages.",
  ],
  [
    "Who else sees something",
    "Stripe takes the payment and sees your card; we never do. The machines that make your exports see the clip while they work on it.",
  ],
  [
    "How long",
    "Clips of a wallet that never paid are deleted after 24 hours. What you delete is gone. Payments and their history are kept as long as the law asks for.",
  ],
  ["Your rights", `Ask ${name} for a copy of what we hold, or to erase it: ${support_email}.`],
];

export const legal = {
  kind: "Kind of export",
  perBlock: (seconds: number) => `Credits per ${seconds} s`,
  pages: {
    prices: { title: "Prices", sections: prices },
    refunds: { title: "Refunds", sections: refunds },
    terms: { title: "Terms", sections: terms },
    privacy: { title: "Privacy", sections: privacy },
  },
};
