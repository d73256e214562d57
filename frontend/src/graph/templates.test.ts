import { describe, expect, it } from "vitest";
import { parsePath, pieces, renameInValue, renameRoot, rootsIn, writePath } from "./templates";

describe("templates", () => {
  it("fall into text and chips", () => {
    expect(pieces('Dear {{ a.name }}, {{ b["x}}y"] | upper }}!')).toEqual([
      { kind: "text", text: "Dear " },
      { kind: "chip", text: "{{ a.name }}", inner: "a.name" },
      { kind: "text", text: ", " },
      { kind: "chip", text: '{{ b["x}}y"] | upper }}', inner: 'b["x}}y"] | upper' },
      { kind: "text", text: "!" },
    ]);
  });

  it("name a root, a path and what is done with it", () => {
    expect(parsePath('order.lines[0]["unit price"] | round:2')).toEqual({
      root: "order",
      path: ["lines", "0", "unit price"],
      tail: "| round:2",
    });
    expect(parsePath("1 + 1")).toBeNull();
  });

  it("write a path so that it reads back", () => {
    expect(writePath("a", ["b", 0, "c d", 'e"f'])).toBe('a.b[0]["c d"]["e\\"f"]');
  });

  it.each([
    ["order.total", "purchase.total"],
    ["order.order", "purchase.order"],
    ["my.order", "my.order"],
    ["order | order", "purchase | order"],
    ['"order" + order.x', '"order" + purchase.x'],
    ["orders.x ?? order.x", "orders.x ?? purchase.x"],
    ["input.a | default:order.b", "input.a | default:purchase.b"],
    ["IF(order.total > 1.5, order.a, 'order')", "IF(purchase.total > 1.5, purchase.a, 'order')"],
  ])("follow a renamed step: %s", (before, after) => {
    expect(renameRoot(before, "order", "purchase")).toBe(after);
  });

  it("are renamed anywhere in a value, but not in data", () => {
    const value = {
      text: "Hi {{ order.name }}, order",
      rows: [{ left: "{{ order.x }}", right: 1 }],
      sum: { $formula: "order.total * 2" },
      data: { $literal: "{{ order.x }}" },
    };
    expect(renameInValue(value, "order", "o2")).toEqual({
      text: "Hi {{ o2.name }}, order",
      rows: [{ left: "{{ o2.x }}", right: 1 }],
      sum: { $formula: "o2.total * 2" },
      data: { $literal: "{{ order.x }}" },
    });
    expect(renameInValue(value, "other", "o2")).toBe(value);
  });

  it("tell which steps they use", () => {
    expect(rootsIn({ a: "{{ x.y }}", b: ["{{ z }}", { $literal: "{{ q }}" }] })).toEqual(
      new Set(["x", "z"]),
    );
  });
});
