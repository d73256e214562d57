/** What stands where nothing is yet, and what to do about it. */
import type { ReactNode } from "react";
import classes from "./EmptyHint.module.css";

type Props = { icon: ReactNode; title: string; text?: string; children?: ReactNode };

export function EmptyHint({ icon, title, text, children }: Props) {
  return (
    <div className={classes.hint}>
      <span aria-hidden>{icon}</span>
      <b>{title}</b>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
