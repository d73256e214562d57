/** Search and pick a kind of step. The same list serves the palette and the menu at a port. */
import { ScrollArea, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeType } from "@/graph/catalogue";
import { byCategory, type CategoryGroup, searchTypes } from "@/graph/search";
import { STEP_TYPE } from "./drag";
import classes from "./StepPicker.module.css";
import { Tile } from "./Tile";

type Props = {
  types: readonly NodeType[];
  onPick: (type: NodeType) => void;
  onClose: () => void;
  height: number | string;
};

export function StepPicker({ types, onPick, onClose, height }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => byCategory(searchTypes(types, query)), [types, query]);
  const flat = found.flatMap((group) => group.types);
  const titleOf = ({ category, types: members }: CategoryGroup) =>
    members.every((type) => type.trigger !== null) ? t("card.starts") : category;

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(flat.length - 1, index));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = flat[active];
    if (event.key === "ArrowDown") goTo(active + 1);
    else if (event.key === "ArrowUp") goTo(active - 1);
    else if (event.key === "Enter" && chosen) onPick(chosen);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the list as a whole
    <div className={classes.picker} style={{ height }} onKeyDown={onKeyDown}>
      <TextInput
        className={classes.search ?? ""}
        data-autofocus
        autoFocus
        value={query}
        placeholder={t("palette.search")}
        aria-label={t("palette.search")}
        role="combobox"
        aria-expanded
        aria-controls="step-list"
        aria-activedescendant={flat[active] ? `step-${flat[active].type}` : undefined}
        leftSection={<IconSearch size={16} />}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
      />
      <ScrollArea.Autosize
        className={classes.scroll ?? ""}
        classNames={{ viewport: classes.viewport ?? "" }}
        type="auto"
        scrollbars="y"
        offsetScrollbars="y"
        viewportRef={list}
        mah="100%"
      >
        <div id="step-list" role="listbox" aria-label={t("palette.title")}>
          {found.map((group) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of options has no element of its own
            <div key={group.category} role="group" aria-label={titleOf(group)}>
              <div className={classes.category} aria-hidden>
                {titleOf(group)}
              </div>
              {group.types.map((type) => (
                <Option
                  key={type.type}
                  type={type}
                  index={flat.indexOf(type)}
                  active={flat[active] === type}
                  onPick={onPick}
                />
              ))}
            </div>
          ))}
        </div>
        {flat.length === 0 && <p className={classes.none}>{t("palette.none", { query })}</p>}
      </ScrollArea.Autosize>
    </div>
  );
}

type OptionProps = {
  type: NodeType;
  index: number;
  active: boolean;
  onPick: (type: NodeType) => void;
};

function Option({ type, index, active, onPick }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above handles the keys
    <div
      id={`step-${type.type}`}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      data-index={index}
      data-active={active || undefined}
      data-type={type.type}
      className={classes.option}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(STEP_TYPE, type.type);
        event.dataTransfer.effectAllowed = "copy";
      }}
      onClick={() => onPick(type)}
    >
      <Tile icon={type.icon} family={type.family} size={32} />
      <span className={classes.words}>
        <b>{type.name}</b>
        <span>{type.help}</span>
      </span>
    </div>
  );
}
