/** What models say while they say it, by the step. Kept nowhere; the step's output is what counts. */
import { create } from "zustand";

export type Words = {
  key: string;
  iteration: string;
  item: number;
  /** Which answer they are part of: a new one takes the place of the one before. */
  take: string;
  /** How many characters of it went before. */
  at: number;
  words: string;
};

type Said = { iteration: string; item: number; take: string; text: string };

export const useSaid = create<{ said: ReadonlyMap<string, Said> }>()(() => ({ said: new Map() }));

export function hear({ key, iteration, item, take, at, words }: Words): void {
  useSaid.setState(({ said }) => {
    const before = said.get(key);
    const goesOn = before?.take === take && before.iteration === iteration && before.item === item;
    const start = goesOn ? before.text : at > 0 ? "… " : "";
    return { said: new Map(said).set(key, { iteration, item, take, text: start + words }) };
  });
}

export function forgetWords(): void {
  useSaid.setState({ said: new Map() });
}

/** What a step is saying in a round of its; empty where nothing was heard. */
export function useSaying(key: string, iteration?: string): string {
  return useSaid(({ said }) => {
    const found = said.get(key);
    return found && (iteration === undefined || found.iteration === iteration) ? found.text : "";
  });
}
