import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { FieldSpec } from "@/graph/fields";
import { TableField } from "./TableField";

const SPEC: FieldSpec = {
  name: "table",
  kind: "table",
  label: "Table",
  help: "",
  placeholder: "",
  advanced: false,
  section: "",
  showIf: null,
  templates: false,
  required: true,
  nullable: false,
  choices: [],
  minimum: null,
  maximum: null,
  defaultValue: undefined,
  language: "python",
  columns: [],
  fresh: "",
};

function show(value: string, onChange = vi.fn()) {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  const columns = [
    { name: "email", kind: "text", is_key: true },
    { name: "orders", kind: "number", is_key: false },
  ];
  client.setQueryData(["tables"], [{ id: "t", name: "Customers", rows: 3, columns }]);
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <TableField spec={SPEC} value={value} onChange={onChange} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return onChange;
}

it("offers the tables by name", async () => {
  const changed = show("");
  await userEvent.click(screen.getByRole("combobox", { name: /Table/ }));
  await userEvent.click(await screen.findByRole("option", { name: "Customers" }));
  expect(changed).toHaveBeenCalledWith("Customers");
});

it("names the columns of the table that is chosen, and the key among them", () => {
  show("Customers");
  expect(screen.getByText("Columns: email (each value once), orders")).toBeDefined();
});

it("says that a table is not there any more", () => {
  show("Orders");
  expect(screen.getByDisplayValue("Orders (there is no such table)")).toBeDefined();
});
