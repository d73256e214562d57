/** How a language writes long numbers: 1,000,000 or 1.000.000. */

export type Separators = { thousandSeparator: string; decimalSeparator: string };

export function separators(language: string): Separators {
  const parts = new Intl.NumberFormat(language, { useGrouping: "always" }).formatToParts(12345.6);
  const of = (type: "group" | "decimal", usual: string) =>
    parts.find((part) => part.type === type)?.value ?? usual;
  return { thousandSeparator: of("group", ","), decimalSeparator: of("decimal", ".") };
}
