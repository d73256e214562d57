import { describe, expect, it } from "vitest";
import { added, money } from "./costs";

const part = {
  calls: 1,
  tokens_in: 10,
  tokens_out: 5,
  cost: 0.02,
  saved: 0,
  from_memory: 0,
  failed: 0,
};

describe("what models took", () => {
  it("is added up over the rounds of a step", () => {
    expect(added([part, { ...part, cost: 0.03 }])).toEqual({
      calls: 2,
      cost: 0.05,
      tokens: 30,
      saved: 0,
    });
  });

  it("is nothing where no model was asked", () => {
    expect(added([])).toBeNull();
    expect(added([{ ...part, calls: 0 }])).toBeNull();
  });

  it.each([
    [0, "0.00"],
    [1.234, "1.23"],
    [0.0123, "0.0123"],
    [0.000045, "0.000045"],
  ])("writes %d so that it says something", (amount, words) => {
    expect(money(amount, "en")).toBe(words);
  });
});
