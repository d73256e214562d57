/** A small, safe part of markdown as React elements: headings, lists, bold, italics, code, links. */
import { Fragment, type ReactNode } from "react";
import classes from "./Markdown.module.css";

export function Markdown({ text }: { text: string }) {
  return <div className={classes.text}>{blocks(text.split("\n"))}</div>;
}

function blocks(lines: string[]): ReactNode[] {
  const found: ReactNode[] = [];
  let list: string[] = [];
  const flush = () => {
    if (list.length > 0) {
      found.push(
        <ul key={`list-${found.length}`}>
          {list.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
            <li key={index}>{inline(entry)}</li>
          ))}
        </ul>,
      );
    }
    list = [];
  };
  lines.forEach((line, index) => {
    const bullet = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (bullet) {
      list.push(bullet[1] ?? "");
      return;
    }
    flush();
    const key = `${index}:${line}`;
    const heading = /^(#{1,3})\s+(.*)$/.exec(line);
    if (heading) found.push(<strong key={key}>{inline(heading[2] ?? "")}</strong>);
    else if (line.trim()) found.push(<p key={key}>{inline(line)}</p>);
  });
  flush();
  return found;
}

const INLINE = /(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\))/g;

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, index) => {
    const key = `${index}:${part}`;
    if (part.startsWith("**") && part.endsWith("**") && part.length > 4) {
      return <b key={key}>{part.slice(2, -2)}</b>;
    }
    if (part.startsWith("`") && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>;
    if (part.startsWith("*") && part.length > 2) return <em key={key}>{part.slice(1, -1)}</em>;
    const link = /^\[([^\]]+)\]\((.+)\)$/.exec(part);
    if (link) {
      return (
        <a key={key} href={link[2]} target="_blank" rel="noreferrer noopener">
          {link[1]}
        </a>
      );
    }
    return <Fragment key={key}>{part}</Fragment>;
  });
}
