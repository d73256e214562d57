/** The text editors, loaded when the first form opens; a plain box stands in for the moment. */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import classes from "./editors.module.css";
import type { TemplateEditorProps } from "./TemplateEditor";

const Template = lazy(() => import("./TemplateEditor"));
const Code = lazy(() => import("./JsonEditor"));

export function LazyTemplateEditor(props: TemplateEditorProps) {
  const shape = props.multiline ? classes.tall : classes.single;
  return (
    <Suspense fallback={<Skeleton className={`${classes.editor} ${shape}`} data-loading />}>
      <Template {...props} />
    </Suspense>
  );
}

type CodeProps = {
  value: string;
  onChange: (value: string) => void;
  label: string;
  language: "json" | "python";
  minHeight?: number;
  readOnly?: boolean;
};

export function LazyCodeEditor(props: CodeProps) {
  return (
    <Suspense fallback={<Skeleton className={`${classes.editor} ${classes.tall}`} data-loading />}>
      <Code {...props} />
    </Suspense>
  );
}
