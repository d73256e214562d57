/** Text that is edited where it stands: Enter keeps, Escape gives back. */
import { useEffect, useState } from "react";
import classes from "./EditableText.module.css";

type Props = {
  value: string;
  label: string;
  className?: string;
  readOnly?: boolean;
  onChange: (value: string) => void;
};

export function EditableText({ value, label, className = "", readOnly = false, onChange }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    const clean = text.trim();
    if (clean && clean !== value) onChange(clean);
    else setText(value);
  };
  return (
    <span className={`${classes.wrap} ${className}`} data-text={text || " "}>
      <input
        className={classes.input}
        value={text}
        size={1}
        aria-label={label}
        title={label}
        readOnly={readOnly}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") {
            setText(value);
            event.stopPropagation();
            requestAnimationFrame(() => (event.target as HTMLInputElement).blur());
          }
        }}
      />
    </span>
  );
}
