import { describe, expect, it } from "vitest";
import { node, nodeType, WORK } from "@/test/samples";
import { FALLBACK_POLICY } from "./catalogue";
import { currentValue, fieldsOf, firstEmpty, fromText, sectionsOf, textOf } from "./fields";
import { preset, sparse } from "./policy";
import { readSchema, writeSchema } from "./schemaRows";
import { summaryOf } from "./summary";

const type = nodeType("form", {
  default_params: { method: "GET", methods: ["POST"] },
  params_schema: {
    $defs: { Method: { enum: ["GET", "POST"], type: "string" } },
    properties: {
      method: { $ref: "#/$defs/Method", "x-kind": "choice", "x-label": "Method" },
      body: {
        anyOf: [{ type: "string" }, { type: "null" }],
        "x-kind": "multiline",
        "x-label": "Body",
        "x-show-if": { field: "method", in: ["POST"] },
      },
      methods: {
        type: "array",
        items: { enum: ["GET", "POST"] },
        "x-kind": "list",
        "x-label": "Allowed",
        "x-advanced": true,
      },
      times: { type: "integer", minimum: 1, maximum: 9 },
    },
    required: ["body"],
  },
});

describe("fields", () => {
  it("are read from the schema, through references and “or nothing”", () => {
    const [method, body, methods, times] = fieldsOf(type);
    expect(method?.choices.map((choice) => choice.value)).toEqual(["GET", "POST"]);
    expect(body).toMatchObject({ kind: "multiline", nullable: true, required: true });
    expect(methods?.choices).toHaveLength(2);
    expect(times).toMatchObject({ kind: "integer", minimum: 1, maximum: 9 });
  });

  it("show only where their condition holds, by default values too", () => {
    const all = fieldsOf(type);
    const names = (params: Record<string, string>) =>
      sectionsOf(all, params).sections.flatMap((section) => section.fields.map((f) => f.name));
    expect(names({})).toEqual(["method", "times"]);
    expect(names({ method: "POST" })).toEqual(["method", "body", "times"]);
    expect(sectionsOf(all, {}).advanced.map((field) => field.name)).toEqual(["methods"]);
    expect(all[0] && currentValue(all[0], {})).toBe("GET");
  });

  it("ask for what a fresh step needs", () => {
    expect(firstEmpty(WORK, {})).toBe("text");
    expect(firstEmpty(WORK, { text: "x" })).toBeNull();
    expect(firstEmpty(type, {})).toBeNull();
    expect(firstEmpty(type, { method: "POST" })).toBe("body");
  });

  it("take a leading = as a formula", () => {
    expect(fromText("=a.b * 2")).toEqual({ $formula: "a.b * 2" });
    expect(textOf({ $formula: "a.b * 2" })).toBe("=a.b * 2");
    expect(fromText("a = b")).toBe("a = b");
  });
});

describe("when it fails", () => {
  it("only what differs from the type is kept", () => {
    expect(sparse(FALLBACK_POLICY, FALLBACK_POLICY)).toEqual({});
    const retry = { ...FALLBACK_POLICY.retry, attempts: 4 };
    expect(sparse({ ...FALLBACK_POLICY, retry, on_error: "continue" }, FALLBACK_POLICY)).toEqual({
      retry,
      on_error: "continue",
    });
  });

  it("has presets that keep what was chosen to try again on", () => {
    expect(preset("once", FALLBACK_POLICY.retry).attempts).toBe(1);
    expect(preset("few", { ...FALLBACK_POLICY.retry, on: ["timeout"] }).on).toEqual(["timeout"]);
  });
});

describe("the fields of an answer", () => {
  it("go to JSON Schema and back, keeping what rows cannot say", () => {
    const schema = {
      type: "object",
      properties: { kind: { type: "string", enum: ["a", "b"], description: "Which" } },
      required: ["kind"],
    };
    expect(writeSchema(readSchema(schema), schema)).toEqual(schema);
  });
});

describe("the quiet line of a card", () => {
  it("is the pattern with chips in words", () => {
    const step = node("a", { params: { text: "Hi {{ order.customer.name | upper }}" } });
    const names = (key: string) => (key === "order" ? "Fetch order" : key);
    expect(summaryOf(step, WORK, names)).toBe("Hi Fetch order › customer › name · upper");
  });
});
