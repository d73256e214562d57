/** Readable, unique keys by which expressions refer to a step. */

/** Names that expressions already use for something else. */
export const RESERVED: ReadonlySet<string> = new Set(
  `input trigger run repeat state vars now first all item items true false null none
   and as assert async await break class continue def del elif else except finally for from
   global if import in is lambda nonlocal not or pass raise return try while with yield match`
    .trim()
    .split(/\s+/),
);

const LETTERS: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  æ: "ae",
  ø: "oe",
  å: "a",
  ł: "l",
};

/** "Fetch order №3" becomes `fetch_order_3`; a name without Latin letters becomes `step`. */
export function keyFromName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[äöüßæøåł]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  if (!plain) return "step";
  return /^\d/.test(plain) || RESERVED.has(plain) ? `step_${plain}` : plain;
}

/** The key itself where it may be one, else what comes closest to it. */
export function possibleKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && !RESERVED.has(key.toLowerCase()) ? key : keyFromName(key);
}

export function uniqueKey(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const base = wanted.replace(/_\d+$/, "");
  for (let number = 2; ; number += 1) {
    const key = `${base}_${number}`;
    if (!taken.has(key)) return key;
  }
}

export function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const base = wanted.replace(/ \d+$/, "");
  for (let number = 2; ; number += 1) {
    const name = `${base} ${number}`;
    if (!taken.has(name)) return name;
  }
}
