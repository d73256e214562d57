/** Files of items: references to bytes that the server keeps. */
import type { JsonObject } from "./document";

export type FileRef = { sha256: string; name: string; media_type: string; size: number };

/** Those that are whole; others are left out. */
export function fileRefs(files: readonly JsonObject[]): FileRef[] {
  return files.flatMap(({ sha256, name, media_type, size }) =>
    typeof sha256 === "string" &&
    typeof name === "string" &&
    typeof media_type === "string" &&
    typeof size === "number"
      ? [{ sha256, name, media_type, size }]
      : [],
  );
}

/** A size as people say it. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${size < 10 ? size.toFixed(1).replace(/\.0$/, "") : Math.round(size)} ${unit}`;
}

/** Where a file of a run is fetched; the step says by whose name it is saved. */
export function fileAddress(run: string, sha256: string, step: string, iteration: string): string {
  const query = new URLSearchParams({ step, ...(iteration && { iteration }) });
  return `/api/runs/${run}/files/${sha256}/?${query}`;
}
