/** One field for everything: commands, the steps of the flow to go to, kinds of steps to add. */
import { Kbd, Modal, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { outline } from "@/graph/outline";
import { searchTypes } from "@/graph/search";
import { pickStep } from "@/store/actions";
import { isEditable, shownGraph, useEditor } from "@/store/editor";
import { useUi } from "@/store/ui";
import { Tile } from "@/ui/Tile";
import { useAbove } from "@/ui/useAbove";
import classes from "./CommandPalette.module.css";
import { useCommands } from "./useCommands";

type Entry = {
  id: string;
  label: string;
  mark: ReactNode;
  keys: readonly string[];
  run: () => void;
};
type Section = { title: string; entries: Entry[] };

const MOST_STEPS = 30;
const MOST_KINDS = 8;

export default function CommandPalette() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const sections = useSections(query);
  const flat = sections.flatMap((section) => section.entries);
  const close = () => useUi.getState().showDialog(null);
  useAbove();

  const goTo = (index: number) => {
    const next = (index + flat.length) % Math.max(1, flat.length);
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    // What it opens must not lose the focus again to the dialog that closes.
    setTimeout(entry.run, 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") goTo(active + 1);
    else if (event.key === "ArrowUp") goTo(active - 1);
    else if (event.key === "Enter") take(flat[active]);
    else return;
    event.preventDefault();
  };
  let index = -1;
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      returnFocus={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      zIndex={400}
      attributes={{ content: { "aria-label": t("keys.commands") } }}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        className={classes.search ?? ""}
        data-autofocus
        size="md"
        variant="unstyled"
        value={query}
        placeholder={t("commands.search")}
        aria-label={t("commands.search")}
        role="combobox"
        aria-expanded
        aria-controls="command-list"
        aria-activedescendant={flat[active] ? `command-${active}` : undefined}
        leftSection={<IconSearch size={18} />}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
      />
      <div
        id="command-list"
        ref={list}
        className={classes.list}
        role="listbox"
        aria-label={t("keys.commands")}
      >
        {sections.map(({ title, entries }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own
          <div key={title} role="group" aria-label={title}>
            <div className={classes.title} aria-hidden>
              {title}
            </div>
            {entries.map((entry) => {
              index += 1;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the search field handles the keys
                <div
                  key={entry.id}
                  id={`command-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === active}
                  data-index={index}
                  data-active={index === active || undefined}
                  className={classes.entry}
                  onClick={() => take(entry)}
                >
                  {entry.mark}
                  <span className={classes.words}>{entry.label}</span>
                  <span>
                    {entry.keys.map((key) => (
                      <Kbd key={key} size="xs">
                        {key}
                      </Kbd>
                    ))}
                  </span>
                </div>
              );
            })}
          </div>
        ))}
        {flat.length === 0 && <p className={classes.none}>{t("palette.none", { query })}</p>}
      </div>
    </Modal>
  );
}

function useSections(query: string): Section[] {
  const { t } = useTranslation();
  const commands = useCommands();
  const graph = useEditor(shownGraph);
  const catalogue = useEditor((state) => state.catalogue);
  const editable = useEditor(isEditable);
  const steps = useMemo(() => outline(graph, catalogue), [graph, catalogue]);
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text: string) => words.every((word) => text.toLocaleLowerCase().includes(word));
  const kinds = editable && words.length > 0 ? searchTypes(catalogue.types, query) : [];
  const sections = [
    {
      title: t("commands.do"),
      entries: commands
        .filter((command) => fits(command.label))
        .map((command): Entry => ({ ...command, mark: null })),
    },
    {
      title: t("commands.go"),
      entries: steps
        .filter((node) => fits(node.name))
        .slice(0, MOST_STEPS)
        .map((node): Entry => {
          const type = catalogue.of(node);
          return {
            id: node.id,
            label: node.name,
            mark: <Tile icon={type?.icon ?? "box"} family={type?.family ?? ""} size={24} />,
            keys: [],
            run: () => goToStep(node.id),
          };
        }),
    },
    {
      title: t("palette.title"),
      entries: kinds.slice(0, MOST_KINDS).map(
        (type): Entry => ({
          id: type.type,
          label: type.name,
          mark: <Tile icon={type.icon} family={type.family} size={24} />,
          keys: [],
          run: () => pickStep(type, null),
        }),
      ),
    },
  ];
  return sections.filter((section) => section.entries.length > 0);
}

function goToStep(id: string): void {
  useEditor.getState().select([id]);
  useUi.getState().revealStep(id);
}
