/** Who closes a dialog or a panel by keyboard goes on where they were, not at the top of the page. */
import { useEffect } from "react";
import { useUi } from "@/store/ui";

const LAYERS = ["dialog", "side", "palette"] as const;

export function useFocusBack(): void {
  useEffect(() => {
    const openers = new Map<string, HTMLElement | null>();
    return useUi.subscribe((now, before) => {
      for (const layer of LAYERS) {
        if (now[layer] === before[layer]) continue;
        if (now[layer]) openers.set(layer, opener());
        else giveBack(openers.get(layer));
      }
    });
  }, []);
}

/** What was pressed. An entry of a menu is gone by then: it is the button of its menu. */
function opener(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const owner = active.closest('[role="menu"]')?.getAttribute("aria-labelledby");
  return (owner && document.getElementById(owner)) || active;
}

/** Only where the focus was really lost: a click elsewhere, or a step just opened, keeps it. */
function giveBack(element: HTMLElement | null | undefined): void {
  requestAnimationFrame(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    const { step, dialog } = useUi.getState();
    if (lost && !step && !dialog && element?.isConnected) element.focus();
  });
}
