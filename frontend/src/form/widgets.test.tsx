import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import type { Json } from "@/graph/document";
import { FIELD_KINDS, type FieldKind, type FieldSpec } from "@/graph/fields";
import { useEditor } from "@/store/editor";
import { CATALOGUE, graph } from "@/test/samples";
import { insertion } from "./insertion";
import { parsed, shown } from "./JsonField";
import { numberOrText } from "./RowText";
import { WIDGETS } from "./widgets";

const spec = (kind: FieldKind, more: Partial<FieldSpec> = {}): FieldSpec => ({
  name: "field",
  kind,
  label: "Field",
  help: "",
  placeholder: "",
  advanced: false,
  section: "",
  showIf: null,
  templates: true,
  required: false,
  nullable: false,
  choices: [],
  minimum: null,
  maximum: null,
  defaultValue: undefined,
  language: "python",
  columns: [],
  fresh: "",
  ...more,
});

let latest: Json;

function Held({ spec, start }: { spec: FieldSpec; start: Json }) {
  const [value, setValue] = useState<Json>(start);
  const Widget = WIDGETS[spec.kind];
  return (
    <Widget
      spec={spec}
      value={value}
      onChange={(next) => {
        latest = next;
        setValue(next);
      }}
    />
  );
}

function show(field: FieldSpec, start: Json) {
  latest = start;
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  return render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <Held spec={field} start={start} />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  useEditor.getState().open({
    flowId: "f",
    flowName: "Flow",
    catalogue: CATALOGUE,
    graph: graph([]),
    revision: 1,
    issues: [],
    readOnly: false,
  });
});

describe("every kind of field", () => {
  it.each(FIELD_KINDS)("%s shows its label and starts from nothing", async (kind) => {
    show(spec(kind), null);
    expect((await screen.findAllByText("Field")).length).toBeGreaterThan(0);
  });
});

describe("small forms in a list", () => {
  const columns = [
    spec("text", { name: "id", fresh: "exit_" }),
    spec("text", { name: "name", label: "Name", templates: false, defaultValue: "" }),
    spec("boolean", {
      name: "loud",
      label: "Loud",
      defaultValue: false,
      showIf: { field: "name", in: ["b"] },
    }),
  ];

  it("begin with an identifier that nobody sees", async () => {
    show(spec("rows", { columns }), []);
    await userEvent.click(screen.getByText("Add"));
    expect(latest).toEqual([
      { id: expect.stringMatching(/^exit_[a-z0-9]+$/), name: "", loud: false },
    ]);
  });

  it("show what fits their own settings, and change places", async () => {
    const rows = [
      { id: "exit_1", name: "a", loud: false },
      { id: "exit_2", name: "b", loud: false },
    ];
    show(spec("rows", { columns }), rows);
    await userEvent.click(screen.getByLabelText("Loud"));
    expect(latest).toEqual([rows[0], { ...rows[1], loud: true }]);
    await userEvent.click(screen.getByLabelText("Move entry 2 up"));
    expect(latest).toEqual([{ ...rows[1], loud: true }, rows[0]]);
  });
});

describe("a choice", () => {
  const choices = ["one", "two"].map((value) => ({ value, label: value.toUpperCase() }));

  it("is made with one click", async () => {
    show(spec("choice", { choices }), "one");
    await userEvent.click(screen.getByText("TWO"));
    expect(latest).toBe("two");
  });

  it("of several keeps the order of the list", async () => {
    show(spec("list", { choices }), ["two"]);
    await userEvent.click(screen.getByLabelText("ONE"));
    expect(latest).toEqual(["one", "two"]);
  });
});

describe("a number", () => {
  it("is kept as a number, and nothing as nothing", async () => {
    show(spec("integer"), 1);
    const input = screen.getByLabelText("Field");
    await userEvent.clear(input);
    expect(latest).toBeNull();
    await userEvent.type(input, "42");
    expect(latest).toBe(42);
  });

  it("of time is kept in seconds whatever the unit", async () => {
    show(spec("duration"), 120);
    const input = screen.getByLabelText<HTMLInputElement>("Field");
    expect(input.value).toBe("2");
    await userEvent.clear(input);
    await userEvent.type(input, "5");
    expect(latest).toBe(300);
  });
});

describe("rows", () => {
  it("are added and removed", async () => {
    show(spec("key_values"), []);
    await userEvent.click(screen.getByText("Add"));
    await userEvent.type(screen.getByLabelText("Name 1"), "X-Key");
    expect(latest).toEqual([{ name: "X-Key", value: "" }]);
    await userEvent.click(screen.getByLabelText("Remove row 1"));
    expect(latest).toEqual([]);
  });

  it("of a condition nest in groups", async () => {
    show(spec("conditions"), {
      match: "all",
      rows: [{ left: "a", operator: "is_empty", right: "" }],
    });
    await userEvent.click(screen.getByText("Add a group"));
    expect(latest).toMatchObject({ rows: [{ left: "a" }, { match: "any", rows: [{}] }] });
  });
});

describe("data put into a text", () => {
  it.each([
    ["Dear ", "text", "{{ order.name }}"],
    ["=1 + ", "text", "order.name"],
    ['{"a": ', "json", '"{{ order.name }}"'],
    ['{"a": "Dear ', "json", "{{ order.name }}"],
    ['{"a": "\\"', "json", "{{ order.name }}"],
  ] as const)("after %s in %s is written %s", (before, mode, text) => {
    expect(insertion(before, mode, "order", ["name"])).toBe(text);
  });
});

describe("JSON in a field", () => {
  it.each([
    [{ a: [1, "x"] }],
    ["plain text"],
    ["12"],
    ["{{ a.b }}"],
    [12],
    [true],
    [{ $formula: "a" }],
  ])("reads back what it shows: %j", (value) => {
    expect(parsed(shown(value))).toEqual(value);
  });
});

describe("what is compared with", () => {
  it.each([
    ["100", 100],
    ["-1.5", -1.5],
    ["007", "007"],
    ["1.", "1."],
    ["1e3", "1e3"],
    ["", ""],
  ])("“%s” is %j", (text, value) => {
    expect(numberOrText(text)).toBe(value);
  });
});
