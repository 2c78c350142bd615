import { creditCount } from "../../money";

export const credits = (cents: number) =>
  `${creditCount(cents)} ${Math.abs(cents) === 1 ? "credit" : "credits"}`;
