import { describe, expect, it } from "vitest";
import { de } from "./de/de";
import { en } from "./en";
import { languageOf } from "./languages";

// Words that are the same in both languages.
const SAME = /^(JSON|Text|text|Test|(Name|Version)( \{\{number\}\})?|\W*\{\{\w+\}\}\W*)$/;
const entries = Object.entries(en) as [keyof typeof en, string][];
const parts = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

describe("the German catalogue", () => {
  it("says something of its own for every text", () => {
    const same = entries.filter(([key, english]) => de[key] === english && !SAME.test(english));
    expect(same.map(([key]) => key)).toEqual([]);
  });

  it("keeps the parts that are filled in", () => {
    for (const [key, english] of entries) {
      expect([key, parts(de[key])]).toEqual([key, parts(english)]);
    }
  });

  it("leaves no text empty and no English quotation marks", () => {
    for (const [key, german] of Object.entries(de)) {
      expect([key, german.trim() !== "", /”/.test(german)]).toEqual([key, true, false]);
    }
  });

  it("has both forms of every plural", () => {
    const plural = Object.keys(de).filter((key) => key.endsWith("_one"));
    for (const key of plural) expect(Object.keys(de)).toContain(key.replace(/_one$/, "_other"));
  });
});

describe("the language", () => {
  it.each([
    ["de", "de"],
    ["de-AT", "de"],
    ["DE", "de"],
    ["en-GB", "en"],
    ["fr", "en"],
    ["", "en"],
  ])("of %s is %s", (tag, spoken) => expect(languageOf(tag)).toBe(spoken));
});
