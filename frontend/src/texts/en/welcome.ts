/** The first page, the sample and the footer. */

export const welcome = {
  welcome: {
    noAccount: "No account needed. You see the price before anything is taken.",
    effects: "Four things it does",
    effectsLead: "Press one to try it on our sample clip: nothing to upload, nothing to pay.",
    price: (dollars: string, seconds: number) => `${dollars} per ${seconds} s`,
    trust: "Fair by design",
    promises: [
      { title: "A failed export costs nothing", body: "Its credits come back by themselves, at once." },
      { title: "Credits never expire", body: "One credit is one US cent, today and next season." },
      { title: "Change your mind", body: "Unspent purchases are refunded when you write to us." },
      { title: "No account, no sign-up", body: "Your wallet lives in this browser." },
      {
        title: "We never see your card",
        body: "You pay on Stripe's page, and every cent is in your history.",
      },
      { title: "You can leave", body: "Exports go on without you and wait here when you are back." },
    ],
  },
  sample: {
    name: "Sample clip",
    tryIt: "Try it on a sample clip",
    free: "Trying is free",
    take: "Export it",
    own: "Use my clip",
  },
  footer: {
    label: "Small print",
    soldBy: (name: string) => `Sold by ${name}`,
    prices: "Prices",
    refunds: "Refunds",
    terms: "Terms",
    privacy: "Privacy",
  },
};
