import { expect, test } from "vitest";
import { matches, pruned } from "./data";

const order = { id: 7, customer: { name: "Ada", city: "Turin" }, lines: [{ sku: "A-1" }] };

test("words are found in names and in values, whatever their capitals", () => {
  expect(matches(order, "ADA")).toBe(true);
  expect(matches(order, "city")).toBe(true);
  expect(matches(order, "a-1")).toBe(true);
  expect(matches(order, "nobody")).toBe(false);
});

test("a search keeps what contains the words, with the way there", () => {
  expect(pruned(order, "turin")).toEqual({ customer: { city: "Turin" } });
  expect(pruned(order, "customer")).toEqual({ customer: order.customer });
  expect(pruned(order, "sku")).toEqual({ lines: [{ sku: "A-1" }] });
  expect(pruned(order, "nobody")).toBeUndefined();
});
