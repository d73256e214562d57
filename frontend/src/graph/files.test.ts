import { describe, expect, it } from "vitest";
import { fileAddress, fileRefs, fileSize } from "./files";

describe("files of items", () => {
  it("leaves out what is no reference", () => {
    const whole = { sha256: "a", name: "b.csv", media_type: "text/csv", size: 3 };
    expect(fileRefs([whole, { name: "x" }])).toEqual([whole]);
  });

  it("says sizes as people do", () => {
    expect([0, 999, 1500, 12_400, 2_000_000, 51_700_000].map(fileSize)).toEqual([
      "0 B",
      "999 B",
      "1.5 kB",
      "12 kB",
      "2 MB",
      "52 MB",
    ]);
  });

  it("leads to the file of the run", () => {
    expect(fileAddress("r", "a", "my_step", "")).toBe("/api/runs/r/files/a/?step=my_step");
    expect(fileAddress("r", "a", "s", "x:1")).toContain("iteration=x%3A1");
  });
});
