import { describe, expect, it } from "vitest";
import { nodeType } from "@/test/samples";
import { byCategory, searchTypes } from "./search";

const TYPES = [
  nodeType("hand", { name: "Start by hand", category: "Triggers", trigger: "manual" }),
  nodeType("if", { name: "If", category: "Flow", help: "Go one way or another." }),
  nodeType("call", { name: "HTTP request", category: "Network", keywords: ["api", "rest"] }),
];

describe("looking for a kind of step", () => {
  it("keeps the order of the server while nothing is typed", () => {
    const titles = byCategory(searchTypes(TYPES, " ")).map((group) => group.category);
    expect(titles).toEqual(["Triggers", "Flow", "Network"]);
  });

  it.each([
    ["api", ["call"]],
    ["way another", ["if"]],
    ["hand", ["hand"]],
    ["nothing like this", []],
  ])("finds “%s” by name, keyword or description", (query, types) => {
    expect(searchTypes(TYPES, query).map((type) => type.type)).toEqual(types);
  });
});
