import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CATALOGUE, graph, node } from "@/test/samples";
import { useEditor } from "./editor";
import { saver, startSaver, useSaver } from "./saver";

type Answer = { status: number; body: unknown } | "offline";

let answers: Answer[];
let sent: { revision: number; graph: { nodes: unknown[] } }[];

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  sent = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    const answer = answers.shift() ?? "offline";
    if (answer === "offline") throw new TypeError("no network");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
  useEditor.getState().open({
    flowId: "f",
    flowName: "Flow",
    catalogue: CATALOGUE,
    graph: graph([node("a")]),
    revision: 3,
    issues: [],
    readOnly: false,
  });
  startSaver("f");
});

afterEach(() => {
  saver().stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const edit = (name: string) =>
  useEditor.getState().change({ kind: "update", of: "nodes", id: "a", set: { name } });
const kind = () => useSaver.getState().state.kind;

describe("the draft", () => {
  it("is saved a moment after the last change, with its revision", async () => {
    answers = [{ status: 200, body: { revision: 4, issues: [] } }];
    edit("b");
    edit("c");
    expect(kind()).toBe("unsaved");
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.revision).toBe(3);
    expect(kind()).toBe("saved");
    expect(useEditor.getState().revision).toBe(4);
    expect(localStorage.length).toBe(0);
  });

  it("is kept in the browser and tried again when the server is away", async () => {
    answers = ["offline", { status: 200, body: { revision: 4, issues: [] } }];
    edit("b");
    await vi.advanceTimersByTimeAsync(1000);
    expect(kind()).toBe("offline");
    expect(localStorage.getItem("segue.unsaved.f")).toContain('"b"');
    await vi.advanceTimersByTimeAsync(3000);
    expect(kind()).toBe("saved");
  });

  it("asks when another saved in between; mine then replaces theirs knowingly", async () => {
    const theirs = graph([node("a", { name: "theirs" })]);
    answers = [
      { status: 409, body: { message: "", revision: 9, graph: theirs, updated_by: "Grace" } },
      { status: 200, body: { revision: 10, issues: [] } },
    ];
    edit("mine");
    await vi.advanceTimersByTimeAsync(1000);
    expect(useSaver.getState().state).toMatchObject({ kind: "conflict", by: "Grace" });
    edit("mine, too");
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toHaveLength(1);
    await saver().keepMine();
    expect(sent[1]?.revision).toBe(9);
    expect(kind()).toBe("saved");
    useEditor.getState().undo();
    expect(useEditor.getState().draft.nodes[0]?.name).toBe("theirs");
  });

  it("theirs can be taken, and one undo brings mine back", async () => {
    const theirs = graph([node("a", { name: "theirs" })]);
    answers = [
      { status: 409, body: { message: "", revision: 9, graph: theirs, updated_by: null } },
      { status: 200, body: { revision: 10, issues: [] } },
    ];
    edit("mine");
    await vi.advanceTimersByTimeAsync(1000);
    saver().takeTheirs();
    expect(useEditor.getState().draft.nodes[0]?.name).toBe("theirs");
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toHaveLength(1);
    useEditor.getState().undo();
    expect(useEditor.getState().draft.nodes[0]?.name).toBe("mine");
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent[1]?.revision).toBe(9);
  });

  it("says so when the server refuses it, and does not try the same again by itself", async () => {
    answers = [{ status: 400, body: { message: "Two steps share an id." } }];
    edit("b");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(useSaver.getState().state).toEqual({
      kind: "refused",
      message: "Two steps share an id.",
    });
    expect(sent).toHaveLength(1);
  });
});
