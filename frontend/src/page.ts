/** What Django wrote into the page: which flow, which run, nonce, language. */

const root = document.getElementById("root");

function runInPath(): string | null {
  return /\/runs\/([0-9a-f-]{36})\/?$/.exec(location.pathname)?.[1] ?? null;
}

export const page = {
  root,
  flow: root?.dataset.flow ?? "",
  run: root?.dataset.run || runInPath(),
  /** Whether whoever began this flow is to be shown around. */
  tour: new URLSearchParams(location.search).has("tour"),
  /** The short name of the step to open in that run. */
  step: new URLSearchParams(location.search).get("step"),
  nonce: root?.dataset.nonce ?? "",
  language: root?.dataset.language || "en",
  admin: "/admin/",
} as const;
