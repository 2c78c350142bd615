import { expect, test } from "vitest";
import { centsFromText, creditCount, signedCount, usd } from "./money";

test.each([
  ["5", 500],
  ["0.29", 29],
  ["$1,200.5", 120_050],
  [" 7.50 ", 750],
  ["19.99", 1999],
  ["0.5", 50],
  ["3.", 300],
  ["7,50", 750],
  ["1,2", 120],
  ["1.200,50", 120_050],
  ["1,234,567.8", 123_456_780],
  ["1,234", 123_400],
])("reads %s as %d cents", (text, cents) => expect(centsFromText(text)).toBe(cents));
test.each(["", "five", "1e3", "-5", "1.234", "1,200,50", "1,23,456", "5 €", "99999999", "0x10", "٥"])(
  "refuses %s",
  (text) => expect(centsFromText(text)).toBeNull(),
);
test("writes credits and dollars with a real minus", () => {
  expect(creditCount(-1234)).toBe("−1,234");
  expect(signedCount(500)).toBe("+500");
  expect(signedCount(-5)).toBe("−5");
  expect(usd(29)).toBe("$0.29");
});
