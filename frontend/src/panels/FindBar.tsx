/** Finds words in the flow and goes from place to place: Enter on, Shift+Enter back. */
import { ActionIcon, Button, Paper, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findInFlow, type Hit } from "@/graph/find";
import { shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import classes from "./FindBar.module.css";

export function FindBar() {
  const open = useUi((state) => state.find);
  return open ? <Bar /> : null;
}

function Bar() {
  const { t } = useTranslation();
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const hits = useMemo(() => findInFlow(graph, catalogue, query), [graph, catalogue, query]);
  const place = hits.length > 0 ? at % hits.length : 0;
  const hit = hits[place];
  const close = () => useUi.getState().showFind(false);
  const go = (next: number) => {
    const index = hits.length > 0 ? (next + hits.length) % hits.length : 0;
    setAt(index);
    show(hits[index]);
  };
  const open = () => {
    if (!hit?.name) return;
    close();
    useUi.getState().openStep(hit.id, hit.field);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === "F3") go(place + (event.shiftKey ? -1 : 1));
    else if (event.key === "ArrowDown") go(place + 1);
    else if (event.key === "ArrowUp") go(place - 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const type = (text: string) => {
    setQuery(text);
    setAt(0);
    show(findInFlow(graph, catalogue, text)[0]);
  };
  return (
    <Paper
      component="search"
      className={classes.bar}
      shadow="md"
      radius="lg"
      withBorder
      aria-label={t("keys.find")}
      onKeyDown={onKeyDown}
    >
      <div className={classes.line}>
        <TextInput
          className={classes.field ?? ""}
          variant="unstyled"
          autoFocus
          value={query}
          placeholder={t("find.placeholder")}
          aria-label={t("keys.find")}
          leftSection={<IconSearch size={16} />}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <span className={classes.count} role="status">
          {query.trim() &&
            (hit ? t("find.count", { at: place + 1, of: hits.length }) : t("find.none"))}
        </span>
        <ActionIcon aria-label={t("find.before")} disabled={!hit} onClick={() => go(place - 1)}>
          <IconChevronUp size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t("find.next")} disabled={!hit} onClick={() => go(place + 1)}>
          <IconChevronDown size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t("common.close")} onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      {hit && (
        <div className={classes.hit} data-testid="find-hit">
          <span>
            <b>{hit.name || t("find.note")}</b>
            {hit.label && ` › ${hit.label}`}
            {hit.text && <em>{hit.text}</em>}
          </span>
          {hit.name && (
            <Button size="compact-xs" variant="light" onClick={open}>
              {t("card.open")}
            </Button>
          )}
        </div>
      )}
    </Paper>
  );
}

/** The step is selected and brought into view; the bar keeps the focus. */
function show(hit: Hit | undefined): void {
  if (!hit) return;
  useEditor.getState().select([hit.id]);
  useUi.getState().revealStep(hit.id);
}
