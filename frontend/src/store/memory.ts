/** Small things this browser remembers. Losing them costs a few clicks, never work. */

const inputSlot = (flow: string, key: string): string => `segue.input.${flow}.${key}`;

export function lastInput(flow: string, key: string): string | null {
  try {
    return localStorage.getItem(inputSlot(flow, key));
  } catch {
    return null;
  }
}

export function rememberInput(flow: string, key: string, text: string): void {
  try {
    localStorage.setItem(inputSlot(flow, key), text);
  } catch {
    // A private window may forbid it.
  }
}
