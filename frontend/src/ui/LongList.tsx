/** A list of which only what is seen is drawn, however long it is. Entries may differ in height. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

const SHORT = 60; // drawn as it is: nothing is won by less
const USUAL_HEIGHT = 36;

type Props<T> = {
  items: readonly T[];
  keyOf: (item: T) => string;
  className: string | undefined;
  /** Attributes of an entry, for its looks. */
  attributes?: (item: T) => Record<`data-${string}`, string | undefined>;
  children: (item: T) => ReactNode;
};

export function LongList<T>(props: Props<T>) {
  return props.items.length <= SHORT ? <Whole {...props} /> : <Seen {...props} />;
}

function Whole<T>({ items, keyOf, className, attributes, children }: Props<T>) {
  return (
    <ul className={className}>
      {items.map((item) => (
        <li key={keyOf(item)} {...attributes?.(item)}>
          {children(item)}
        </li>
      ))}
    </ul>
  );
}

function Seen<T>({ items, keyOf, className, attributes, children }: Props<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [place, setPlace] = useState<{ scroller: Element | null; above: number }>({
    scroller: null,
    above: 0,
  });
  useLayoutEffect(() => {
    const scroller = list.current && scrollerOf(list.current);
    if (!list.current || !scroller) return;
    const top = list.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    setPlace({ scroller, above: top + scroller.scrollTop });
  }, []);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => place.scroller,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    estimateSize: () => USUAL_HEIGHT,
    scrollMargin: place.above,
    overscan: 12,
  });
  return (
    <ul
      ref={list}
      className={className}
      style={{ height: rows.getTotalSize(), position: "relative" }}
    >
      {rows.getVirtualItems().map((row) => {
        const item = items[row.index];
        if (item === undefined) return null;
        return (
          <li
            key={row.key}
            ref={rows.measureElement}
            data-index={row.index}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            {...attributes?.(item)}
            style={{
              position: "absolute",
              top: 0,
              insetInline: 0,
              transform: `translateY(${row.start - place.above}px)`,
            }}
          >
            {children(item)}
          </li>
        );
      })}
    </ul>
  );
}

function scrollerOf(element: Element): Element | null {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement;
}
