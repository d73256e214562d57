import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { FlowTest } from "@/api/types";
import { type FlowTests, PublishTests } from "./PublishTests";

const test = (name: string, more: Partial<FlowTest> = {}): FlowTest => ({
  id: name,
  name,
  run: "r",
  checks: [],
  tried_run: null,
  passed: null,
  fresh: false,
  differences: [],
  ...more,
});

function show(list: FlowTest[], more: Partial<FlowTests> = {}) {
  const tests = { list, trying: false, failure: null, tryAll: vi.fn(), ...more };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <PublishTests tests={tests} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return tests;
}

describe("the tests before publishing", () => {
  it("say how many pass, and name those that differ", () => {
    const tried = { fresh: true, tried_run: "t" };
    show([test("One", { ...tried, passed: true }), test("Two", { ...tried, passed: false })]);
    expect(screen.getByRole("status").textContent).toBe("1 of 2 tests pass on this draft.");
    expect(screen.getByRole("link", { name: "Two" })).toBeTruthy();
    expect(screen.queryByRole("link", { name: "One" })).toBeNull();
  });

  it("are tried with one click when the draft was changed since", async () => {
    const tests = show([test("One", { passed: true, tried_run: "t" })]);
    expect(screen.getByRole("status").textContent).toContain("not tried on this draft yet");
    await userEvent.click(screen.getByRole("button", { name: "Try them now" }));
    expect(tests.tryAll).toHaveBeenCalled();
  });

  it("are not spoken of where there are none", () => {
    show([]);
    expect(screen.queryByTestId("publish-tests")).toBeNull();
  });
});
