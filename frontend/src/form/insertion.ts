/** Where and how data is written into a text: as a chip, bare in a formula, quoted in JSON. */
import type { Path } from "@/graph/data";
import { asTemplate, writePath } from "@/graph/templates";

export type TextMode = "text" | "json";

export function insertion(before: string, mode: TextMode, root: string, path: Path): string {
  if (before.startsWith("=")) return writePath(root, path);
  const template = asTemplate(root, path);
  if (mode === "text" || insideString(before)) return template;
  // A string that is one whole template keeps the value's own type.
  return JSON.stringify(template);
}

/** Whether the text before a place leaves a JSON string open. */
export function insideString(before: string): boolean {
  let open = false;
  for (let index = 0; index < before.length; index += 1) {
    if (open && before[index] === "\\") index += 1;
    else if (before[index] === '"') open = !open;
  }
  return open;
}
