import { beforeEach, describe, expect, it } from "vitest";
import { forgetWords, hear, useSaid, type Words } from "./words";

const said = (more: Partial<Words>): void =>
  hear({ key: "ask", iteration: "", item: 0, take: "1.1", at: 0, words: "", ...more });
const heard = () => useSaid.getState().said.get("ask")?.text;

describe("words as they come", () => {
  beforeEach(forgetWords);

  it("go on where they were", () => {
    said({ words: "Your " });
    said({ words: "order", at: 5 });
    expect(heard()).toBe("Your order");
  });

  it("begin anew with each answer, try and item", () => {
    said({ words: "Your order" });
    said({ words: "It", take: "2.1" });
    expect(heard()).toBe("It");
    said({ words: "That", take: "2.1", item: 1 });
    expect(heard()).toBe("That");
  });

  it("say that some were missed", () => {
    said({ words: "is here", at: 11 });
    expect(heard()).toBe("… is here");
  });
});
