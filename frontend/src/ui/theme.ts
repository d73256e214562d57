/** Colours, type and corners of the whole canvas. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef1fd",
  "#dbe1f8",
  "#b6c2ef",
  "#8fa1e6",
  "#6d84de",
  "#5872d9",
  "#4862d4",
  "#3a51bd",
  "#3148aa",
  "#263d96",
];

/** Greys with a little blue, so that the library's dark surfaces match ours. */
const dark: MantineColorsTuple = [
  "#e7eaf0",
  "#c6ccd8",
  "#a4adbd",
  "#6f788a",
  "#343946",
  "#2a2e38",
  "#232730",
  "#1f2229",
  "#1a1d23",
  "#15171c",
];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, dark },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: { fontWeight: "600" },
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Modal: {
      defaultProps: {
        centered: true,
        // Its head is no banner of the page.
        attributes: { header: { role: "presentation" } },
        radius: "lg",
        overlayProps: { backgroundOpacity: 0.35 },
        // The page never scrolls, and the lock would write a style that the content policy forbids.
        lockScroll: false,
      },
    },
    Select: { defaultProps: { openOnFocus: false } },
    ModalRoot: { defaultProps: { lockScroll: false } },
  },
});

/** Surfaces and quiet text; dimmed text is kept dark enough to read (4.5 to 1). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--sg-canvas": "#f5f6f8",
    "--sg-surface": "#ffffff",
    "--sg-sunken": "#f8f9fb",
    "--sg-line": "#dfe3e9",
    "--sg-line-strong": "#c3c9d4",
    "--sg-wire": "#9aa3b2",
    "--sg-dots": "#d5dae2",
    "--sg-text": "#1d2433",
    "--sg-quiet": "#5b6475",
    "--sg-accent": "#3a51bd",
    "--sg-good": "#1f7a4d",
    "--sg-bad": "#c22f2f",
    "--sg-warn": "#9a5b00",
    "--sg-chip": "#e6ebfb",
    "--sg-chip-text": "#2b409c",
    "--sg-shadow": "0 1px 2px rgb(20 28 50 / 6%), 0 2px 8px rgb(20 28 50 / 5%)",
    "--mantine-color-dimmed": "#5b6475",
    "--mantine-color-placeholder": "#667085",
    "--mantine-color-text": "#1d2433",
  },
  dark: {
    "--sg-canvas": "#15171c",
    "--sg-surface": "#1f2229",
    "--sg-sunken": "#1a1d23",
    "--sg-line": "#343946",
    "--sg-line-strong": "#4b5261",
    "--sg-wire": "#6f788a",
    "--sg-dots": "#2b2f39",
    "--sg-text": "#e7eaf0",
    "--sg-quiet": "#a4adbd",
    "--sg-accent": "#93a6f0",
    "--sg-good": "#5fc992",
    "--sg-bad": "#ff8a80",
    "--sg-warn": "#f0b45b",
    "--sg-chip": "#2c3763",
    "--sg-chip-text": "#c6d2ff",
    "--sg-shadow": "0 1px 2px rgb(0 0 0 / 40%), 0 2px 10px rgb(0 0 0 / 30%)",
    "--mantine-color-body": "#1f2229",
    "--mantine-color-dimmed": "#a4adbd",
    "--mantine-color-placeholder": "#98a2b3",
    "--mantine-color-text": "#e7eaf0",
  },
});

const HUES: Readonly<Record<string, number>> = {
  start: 28,
  triggers: 28,
  network: 215,
  data: 172,
  flow: 265,
  logic: 265,
  ai: 322,
  code: 235,
  people: 350,
  time: 195,
};

/** A steady hue for a family of steps, also for those that third parties bring. */
export function hueOf(family: string): number {
  const known = HUES[family] ?? HUES[family.split(/\s/)[0] ?? ""];
  if (known !== undefined) return known;
  let hash = 7;
  for (const letter of family) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  return hash;
}
