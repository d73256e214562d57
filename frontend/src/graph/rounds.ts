import { innerPlace } from "./tools";

/** The address of a round, as people count: `repeat:2/inner:0` is “Repeat 3 › Inner 1”. */
export function roundWords(address: string, nameOf: (key: string) => string): string {
  if (!address) return "";
  return address
    .split("/")
    .map((part) => {
      const at = part.lastIndexOf(":");
      const inner = innerPlace(part);
      // Inside of a step they are counted from one: `agent.0:2` is “Agent 2”.
      if (inner) return `${nameOf(inner.key)} ${inner.number}`;
      return `${nameOf(part.slice(0, at))} ${Number(part.slice(at + 1)) + 1}`;
    })
    .join(" › ");
}
