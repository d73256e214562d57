/** Copying and pasting steps as text; says what a pasted step uses that does not exist here. */
import { notifications } from "@mantine/notifications";
import { clipOf, fromText, type Names, toText, type Use, usesOf } from "@/graph/clipboard";
import { i18n } from "@/i18n";
import { pasteClip } from "./actions";
import { shownGraph, useEditor } from "./editor";

let known: Names = {};

/** What exists in this workspace, as far as it has been loaded. */
export function provideNames(names: Names): void {
  known = names;
}

export function selectedClip(): string | null {
  const state = useEditor.getState();
  const clip = clipOf(shownGraph(state), state.selection);
  if (clip.nodes.length + clip.notes.length === 0) return null;
  const names: Names = {};
  for (const { use, id } of usesOf(clip, state.catalogue)) {
    const name = known[use]?.[id];
    if (name !== undefined) names[use] = { ...names[use], [id]: name };
  }
  return toText({ ...clip, names });
}

/** Pastes steps from text, or says kindly why there is nothing to paste. */
export function pasteText(text: string): void {
  if (text.trim() === "") return;
  const clip = fromText(text);
  if (clip === "rubbish" || clip === "broken") {
    const id = `paste-${clip}`;
    notifications.show({ id, color: "orange", message: i18n.t(`clip.${clip}`) });
    return;
  }
  pasteClip(clip, null);
  const { catalogue } = useEditor.getState();
  const kinds = new Set(clip.nodes.filter((node) => !catalogue.of(node)).map((node) => node.type));
  const missing = [
    ...[...kinds].map((name) => i18n.t("clip.missing.kind", { name: quoted(name) })),
    ...usesOf(clip, catalogue)
      .filter(({ use, id }) => known[use] !== undefined && known[use][id] === undefined)
      .map(({ use, id }) => missingWords(use, clip.names[use]?.[id])),
  ];
  if (missing.length === 0) return;
  const message = i18n.t("clip.missing", { names: missing.join(", ") });
  notifications.show({ color: "orange", autoClose: 12_000, message });
}

function missingWords(use: Use, name: string | undefined): string {
  const shown = name ? quoted(name) : i18n.t("clip.missing.nameless");
  return i18n.t(`clip.missing.${use}`, { name: shown });
}

function quoted(name: string): string {
  return `“${name}”`;
}
