/** Words for files of items; part of `en`. */
export const files = {
  "files.fetch": "Download this file",
  "files.list": "Files",
} as const;
