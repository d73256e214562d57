import { expect, test } from "vitest";
import { placed, shownTries } from "./retryScale";

test("the first try stands at the beginning, the longest pause ends at the end", () => {
  expect(placed({ from: 0, to: 0 }, 60)).toEqual({ left: 0, width: 0 });
  const last = placed({ from: 0, to: 60 }, 60);
  expect(last.left + last.width).toBeCloseTo(100);
});

test("a second beside an hour can still be seen", () => {
  expect(placed({ from: 1, to: 1 }, 3600).left).toBeGreaterThan(10);
});

test("of many tries the first and the last are shown", () => {
  const tries = Array.from({ length: 20 }, (_, index) => index + 1);
  expect(shownTries(tries, 5)).toEqual({ shown: [1, 2, 3, 4, 20], left: 15 });
  expect(shownTries([1, 2], 5)).toEqual({ shown: [1, 2], left: 0 });
});
