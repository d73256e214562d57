/** Shows a new person around: small notes beside the real things, which can be used meanwhile. */
import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { TOUR, useTour } from "@/store/tour";
import classes from "./Tour.module.css";

const WIDTH = 320;
const GAP = 14;
const LOOK_MS = 200;

export default function Tour() {
  const part = useTour((state) => state.part);
  const shown = part === null ? undefined : TOUR[part];
  return shown && part !== null ? <Part key={part} number={part} {...shown} /> : null;
}

function Part({
  number,
  name,
  at,
}: {
  number: number;
  name: (typeof TOUR)[number]["name"];
  at: string;
}) {
  const { t } = useTranslation();
  const { go, end } = useTour.getState();
  const place = usePlace(at);
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus({ preventScroll: true }), []);
  return (
    <>
      {place && <div className={classes.ring} style={ringAt(place)} aria-hidden />}
      <section
        role="dialog"
        aria-labelledby="tour-title"
        aria-describedby="tour-words"
        className={classes.note}
        style={noteAt(place)}
        data-testid="tour"
        onKeyDown={(event) => {
          if (event.key === "Escape") end();
          // What is pressed here is not meant for the canvas below.
          event.stopPropagation();
        }}
      >
        <header>
          <h2 id="tour-title">{t(`tour.${name}Title`)}</h2>
          <ActionIcon size={28} aria-label={t("tour.close")} onClick={end}>
            <IconX size={16} />
          </ActionIcon>
        </header>
        <p id="tour-words">{t(`tour.${name}`)}</p>
        <footer>
          <span className={classes.where}>
            {t("tour.step", { number: number + 1, count: TOUR.length })}
          </span>
          {number > 0 && (
            <Button size="xs" variant="default" onClick={() => go(-1)}>
              {t("tour.back")}
            </Button>
          )}
          <Button size="xs" ref={next} onClick={() => go(1)} data-testid="tour-next">
            {t(number + 1 < TOUR.length ? "tour.next" : "tour.done")}
          </Button>
        </footer>
      </section>
    </>
  );
}

/** Where the thing is; looked at again and again, as the canvas can be moved meanwhile. */
function usePlace(at: string): DOMRect | null {
  const [place, setPlace] = useState<DOMRect | null>(null);
  useLayoutEffect(() => {
    const look = () => {
      const found = document.querySelector(at)?.getBoundingClientRect() ?? null;
      setPlace((before) => (same(before, found) ? before : found));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return place;
}

function same(one: DOMRect | null, other: DOMRect | null): boolean {
  return one?.x === other?.x && one?.y === other?.y && one?.width === other?.width;
}

function ringAt(place: DOMRect) {
  return {
    left: place.x - 6,
    top: place.y - 6,
    width: place.width + 12,
    height: place.height + 12,
  };
}

/** Below the thing where there is room, else above it; in the middle where it is out of sight. */
function noteAt(place: DOMRect | null) {
  if (!place) return { left: "50%", bottom: 40, width: WIDTH, marginLeft: -WIDTH / 2 };
  const left = Math.min(
    Math.max(place.x + place.width / 2 - WIDTH / 2, GAP),
    window.innerWidth - WIDTH - GAP,
  );
  const below = place.bottom + 240 < window.innerHeight;
  return below
    ? { left, top: place.bottom + GAP, width: WIDTH }
    : { left, bottom: window.innerHeight - place.y + GAP, width: WIDTH };
}
