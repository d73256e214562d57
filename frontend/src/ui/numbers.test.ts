import { describe, expect, it } from "vitest";
import { separators } from "./numbers";

describe("long numbers", () => {
  it.each([
    ["en", ",", "."],
    ["de", ".", ","],
    ["es", ".", ","], // Spanish groups only from five digits on
  ])("are written as in %s", (language, thousandSeparator, decimalSeparator) => {
    expect(separators(language)).toEqual({ thousandSeparator, decimalSeparator });
  });
});
