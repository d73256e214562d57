import { expect, test } from "vitest";
import { schemaOf } from "./schema";

const short = (values: Parameters<typeof schemaOf>[0]) =>
  schemaOf(values).map((row) => [row.path.join("."), row.kinds.join("|"), row.sometimes]);

test("fields come with their kinds, in the order of the data", () => {
  expect(short([{ id: 1, name: "Ada" }])).toEqual([
    ["id", "number", false],
    ["name", "string", false],
  ]);
});

test("what some items lack or have otherwise is said", () => {
  expect(short([{ a: 1 }, { a: "x", b: null }])).toEqual([
    ["a", "number|string", false],
    ["b", "null", true],
  ]);
});

test("groups and lists are looked into; a list's entries are told by its first place", () => {
  expect(short([{ order: { lines: [{ sku: "A" }, { sku: "B", n: 2 }] } }])).toEqual([
    ["order", "object", false],
    ["order.lines", "array", false],
    ["order.lines.0.sku", "string", false],
    ["order.lines.0.n", "number", true],
  ]);
});

test("the example is the first value that says something", () => {
  expect(schemaOf([{ a: "" }, { a: null }, { a: "x" }])[0]?.example).toBe("x");
});
