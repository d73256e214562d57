/** The files an item carries, each to be fetched where a run has it. */
import { Anchor } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { JsonObject } from "@/graph/document";
import { type FileRef, fileAddress, fileRefs, fileSize } from "@/graph/files";
import classes from "./FileList.module.css";

/** Which run and step the files are of; without it they are only named. */
export type FilesOf = { run: string; step: string; iteration: string };

export function FileList({ files, of }: { files: readonly JsonObject[]; of?: FilesOf }) {
  const { t } = useTranslation();
  const found = fileRefs(files);
  if (found.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t("files.list")}>
      {found.map((file) => (
        <li key={`${file.sha256} ${file.name}`}>
          <IconFile size={15} aria-hidden />
          <Name file={file} of={of} />
          <span className={classes.said}>{`${fileSize(file.size)}, ${file.media_type}`}</span>
        </li>
      ))}
    </ul>
  );
}

function Name({ file, of }: { file: FileRef; of: FilesOf | undefined }) {
  const { t } = useTranslation();
  if (!of) return <span>{file.name}</span>;
  return (
    <Anchor
      href={fileAddress(of.run, file.sha256, of.step, of.iteration)}
      download={file.name}
      title={t("files.fetch")}
      size="sm"
    >
      {file.name}
    </Anchor>
  );
}
