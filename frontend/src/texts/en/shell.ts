import { credits } from "./counts";

export const shell = {
  appName: "Reel Ballers",
  pageTitle: (page: string) => `${page} · Reel Ballers`,
  skipToContent: "Skip to content",
  loading: "Loading…",
  close: "Close",
  tryAgain: "Try again",
  cancel: "Cancel",
  showMore: "Show more",
  couldNotLoad: "This did not load",
  nav: { label: "Main", studio: "Studio", exports: "Exports", history: "History" },
  banner: {
    sandbox: "Test mode, no real money. Card",
    sandboxCard: "4242 4242 4242 4242",
    copied: "Copied",
    copyCard: "Copy",
    label: "Test mode",
    offline: "You are offline. What you see may be old; we catch up when you are back.",
    unreachable: "We cannot reach Reel Ballers right now. Trying again…",
  },
  trouble: {
    label: "About your wallet",
    debtTitle: (cents: number) => `Your balance is ${credits(cents)} below zero`,
    debt: "A payment was refunded or disputed after its credits were spent. Exports are paused; your next top-up pays this first.",
    frozenTitle: "This wallet is on hold",
    frozen:
      "Buying and exporting are paused while we look into something. Your credits, clips and finished exports are safe and stay yours. Write to support to sort it out.",
    cookies:
      "This browser blocks our cookie, and without it your credits and clips could not be found again. Nothing was charged. Allow cookies for this site, or open it in your phone's own browser, then try again.",
    lostTitle: "This browser is no longer signed in to its wallet",
    lost: "Your credits and clips are safe on our side. Sign in with the email address you kept it by, open Reel Ballers in the browser you used before, or ask support for a sign-in link.",
    lostDismiss: "Start fresh here",
  },
  notFound: { title: "Out of bounds", body: "There is no page at this address." },
  crashed: {
    title: "Fumble",
    body: "This page stopped working. Your credits and clips are safe.",
    reload: "Reload",
  },
};
