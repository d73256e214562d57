import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Prompt } from "@/api/types";
import type { Json, JsonObject } from "@/graph/document";
import { fieldsOf } from "@/graph/fields";
import { CATALOGUE } from "@/test/samples";
import { keptValues, PromptField, takenOf } from "./PromptField";

const version = (number: number, variables: string[]) => ({
  number,
  text: `Version ${number}`,
  system: "",
  variables,
  needed: variables,
  note: "",
  author: "ada",
  written_at: "2026-01-01T00:00:00Z",
});

const PROMPT: Prompt = {
  id: "p1",
  name: "Answer",
  about: "",
  archived: false,
  versions: [version(2, ["message", "shop"]), version(1, ["message"])],
};

const [base] = CATALOGUE.types.flatMap((type) => fieldsOf(type)).slice(0, 1);
let latest: Json = null;

function Held({ start, params }: { start: Json; params: JsonObject }) {
  const [value, setValue] = useState<Json>(start);
  if (!base) throw new Error("The sample catalogue has no fields.");
  const spec = {
    ...base,
    name: "library",
    kind: "prompt" as const,
    label: "From the library",
    fills: { text: "prompt", system: "system" },
  };
  const change = (next: Json) => {
    latest = next;
    setValue(next);
  };
  return <PromptField spec={spec} value={value} onChange={change} params={params} />;
}

function show(start: Json, params: JsonObject = {}) {
  latest = start;
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(["prompts"], [PROMPT, { ...PROMPT, id: "p2", name: "Old", archived: true }]);
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <Held start={start} params={params} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string) =>
    url.includes("/take/")
      ? Response.json(
          { prompt: PROMPT, value: { prompt: "p1", name: "Answer", version: null, values: {} } },
          { status: 201 },
        )
      : Response.json({ results: [PROMPT] }),
  );
});

describe("a prompt of the library", () => {
  it("is chosen with a field for each of its variables, and always the newest", async () => {
    const user = show(null);
    await user.click(screen.getByRole("combobox", { name: "From the library" }));
    expect(screen.queryByRole("option", { name: "Old" })).toBeNull();
    await user.click(await screen.findByRole("option", { name: "Answer" }));
    expect(latest).toEqual({
      prompt: "p1",
      name: "Answer",
      version: null,
      values: { message: "", shop: "" },
    });
    expect(screen.getByText("shop")).toBeTruthy();
  });

  it("is pinned to a version, which keeps what is filled in", async () => {
    const values = { message: "{{ input.text }}", shop: "Lamps" };
    const user = show({ prompt: "p1", name: "Answer", version: null, values });
    await user.click(screen.getByRole("combobox", { name: "Version" }));
    await user.click(await screen.findByRole("option", { name: "v1" }));
    expect(latest).toMatchObject({ version: 1, values: { message: "{{ input.text }}" } });
    expect(screen.queryByText("shop")).toBeNull();
  });

  it("takes the step's own words with one click and a name", async () => {
    const user = show(null, { prompt: "Answer {{ input.text }}" });
    await user.click(screen.getByRole("button", { name: "Save these words to the library" }));
    await user.type(screen.getByRole("textbox", { name: "Name in the library" }), "Answer{Enter}");
    await vi.waitFor(() => expect(takenOf(latest)?.prompt).toBe("p1"));
  });

  it("offers nothing to save where nothing is written", () => {
    show(null, { prompt: "" });
    expect(screen.queryByRole("button", { name: /Save these/ })).toBeNull();
  });
});

describe("what is filled in", () => {
  it("goes on where the version asks for it, and nothing else does", () => {
    expect(keptValues({ message: "x", other: "y" }, PROMPT.versions[0])).toEqual({
      message: "x",
      shop: "",
    });
    expect(takenOf({ name: "no id" })).toBeNull();
  });
});
