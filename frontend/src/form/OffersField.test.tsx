import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { api } from "@/api/endpoints";
import type { Json } from "@/graph/document";
import type { FieldSpec } from "@/graph/fields";
import { OffersField } from "./OffersField";

const SPEC: FieldSpec = {
  name: "tools",
  kind: "offers",
  label: "Tools",
  help: "",
  placeholder: "",
  advanced: false,
  section: "",
  showIf: null,
  templates: false,
  required: false,
  nullable: false,
  choices: [],
  minimum: null,
  maximum: null,
  defaultValue: [],
  language: "python",
  columns: [],
  fresh: "",
};
const FIND = { name: "find", title: "Find it", description: "Finds it.", print: "p1" };

function show(start: Json) {
  const changed = vi.fn();
  function Held() {
    const [value, set] = useState<Json>(start);
    const keep = (next: Json) => {
      changed(next);
      set(next);
    };
    return <OffersField spec={SPEC} value={value} onChange={keep} params={{ address: "x" }} />;
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <Held />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return changed;
}

it("fetches the list, and keeps the print of what is ticked and whether it asks", async () => {
  vi.spyOn(api, "offers").mockResolvedValue({ tools: [FIND], problem: null });
  const changed = show([]);
  await userEvent.click(screen.getByRole("button", { name: "Fetch the list" }));
  await userEvent.click(await screen.findByRole("checkbox", { name: "Find it" }));
  expect(changed).toHaveBeenLastCalledWith([{ name: "find", print: "p1", asks_first: false }]);
  await userEvent.click(screen.getByRole("checkbox", { name: "Find it: Ask a person first" }));
  expect(changed).toHaveBeenLastCalledWith([{ name: "find", print: "p1", asks_first: true }]);
});

it("shows what has changed since, until somebody has looked at it", async () => {
  vi.spyOn(api, "offers").mockResolvedValue({ tools: [FIND], problem: null });
  const changed = show([{ name: "find", print: "old", asks_first: true }]);
  expect(screen.queryByRole("alert")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Fetch the list" }));
  await userEvent.click(await screen.findByRole("button", { name: "I have looked at it" }));
  expect(changed).toHaveBeenLastCalledWith([{ name: "find", print: "p1", asks_first: true }]);
  expect(screen.queryByRole("alert")).toBeNull();
});

it("says why there is no list", async () => {
  vi.spyOn(api, "offers").mockResolvedValue({ tools: [], problem: "Fill in the address first." });
  show([]);
  await userEvent.click(screen.getByRole("button", { name: "Fetch the list" }));
  expect((await screen.findByRole("alert")).textContent).toBe("Fill in the address first.");
});
