/** What all editors of text share: look, keys, the page's nonce. Loaded with the first editor. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { page } from "@/page";

const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "transparent", color: "var(--sg-text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { caretColor: "var(--sg-text)", padding: "7px 0" },
  ".cm-line": { padding: "0 10px", lineHeight: "20px" },
  ".cm-cursor": { borderLeftColor: "var(--sg-text)" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    border: "none",
    color: "var(--sg-quiet)",
  },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--sg-chip) !important",
  },
  ".cm-placeholder": { color: "var(--sg-quiet)" },
  ".cm-tooltip": {
    zIndex: 500, // over the step panel
    backgroundColor: "var(--sg-surface)",
    border: "1px solid var(--sg-line)",
    borderRadius: "8px",
    overflow: "hidden",
    color: "var(--sg-text)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { padding: "4px", maxHeight: "260px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 8px", borderRadius: "5px" },
  ".cm-completionDetail": { color: "var(--sg-quiet)", fontStyle: "normal", marginLeft: "10px" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--sg-chip)",
    color: "var(--sg-chip-text)",
  },
});

const colours = HighlightStyle.define([
  { tag: tags.string, color: "var(--sg-good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--sg-warn)" },
  { tag: [tags.propertyName, tags.function(tags.variableName)], color: "var(--sg-accent)" },
  { tag: [tags.keyword, tags.operator], color: "var(--sg-bad)" },
  { tag: tags.comment, color: "var(--sg-quiet)" },
]);

export function nonce(): Extension {
  return page.nonce ? EditorView.cspNonce.of(page.nonce) : [];
}

export function basics(): Extension {
  return [
    nonce(),
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    syntaxHighlighting(colours),
    look,
  ];
}

/** One line only: what is pasted with line breaks becomes spaces. */
export const singleLine: Extension = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.sliceString(0).replace(/\s*\n\s*/g, " ");
  return [
    {
      changes: { from: 0, to: transaction.startState.doc.length, insert: text },
      selection: { anchor: Math.min(transaction.newSelection.main.head, text.length) },
    },
  ];
});

export function named(label: string, describedBy?: string): Extension {
  return EditorView.contentAttributes.of({
    "aria-label": label,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
  });
}
