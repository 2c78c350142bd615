import { credits } from "./counts";

const clips = (count: number) => (count === 1 ? "1 clip" : `${count} clips`);

export const account = {
  account: {
    title: "Your account",
    keepTitle: "Keep this wallet",
    keepBody:
      "Your credits hang on this browser alone. With your email address you find them again from anywhere, also when this browser forgets you.",
    later: "Later",
    keep: "Keep it with my email",
    keepIntro: (cents: number) =>
      cents > 0
        ? `Your ${credits(cents)} hang on this browser alone. With your email address you find them again from anywhere.`
        : "Your wallet hangs on this browser alone. With your email address you find it again from anywhere.",
    signInIntro: "Open your wallet here with the email address that you kept it by.",
    lost: "I paid, and my wallet is gone",
    notLost: "Sign in with an address I kept it by",
    lostIntro:
      "With the email address you gave when you paid, and the last four digits of the card, we look for a wallet that nobody has used for a week.",
    last4: "Last four digits of the card",
    email: "Email address",
    send: "Send me a code",
    noPassword: "No password. We mail a six-digit code.",
    code: "Six-digit code",
    sentTo: (email: string) => `We sent it to ${email}. It works for 10 minutes.`,
    mailbox: "Test mode: open the mailbox",
    confirm: "Confirm",
    again: "Send another code",
    other: "Use another address",
    welcome: {
      claimed: "Your wallet is kept",
      signed_in: "You are signed in",
      created: "Your account is ready",
    },
    claimedBody: "Sign in with this address on any device to find it.",
    leftTitle: (cents: number, count: number) =>
      `This browser's own wallet has ${credits(cents)}${count ? ` and ${clips(count)}` : ""}`,
    addQuestion: (cents: number, count: number) =>
      `Add this browser's ${credits(cents)}${count ? ` and ${clips(count)}` : ""} to your account?`,
    addForever: "They become one wallet, for good. Exports that still run go on.",
    add: "Add them",
    added: (balance: number) => `Added. Your balance is ${credits(balance)}.`,
    notNow: "Not now",
    proveFirst: "Confirm it is you first: it has been a while.",
    leftBody: "It stays as it is. When you sign out, this browser opens it again.",
    signedInAs: (email: string) => `Signed in as ${email}.`,
    devices: "Where you are signed in",
    thisDevice: "This browser",
    end: "Sign out",
    endDevice: (device: string) => `Sign out ${device}`,
    signOut: "Sign out",
    signOutOthers: "Sign out everywhere else",
    signIn: "Sign in",
  },
};
