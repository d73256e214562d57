import { expect, test } from "vitest";
import { roundWords } from "./rounds";

test("a round reads by the names of its repeats, counted from one", () => {
  const names = (key: string) => ({ repeat: "Each order", inner: "Each line" })[key] ?? key;
  expect(roundWords("repeat:2/inner:0", names)).toBe("Each order 3 › Each line 1");
  expect(roundWords("", names)).toBe("");
});
