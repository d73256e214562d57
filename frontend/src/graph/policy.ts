/** *When it fails*: the sparse policy, and sensible choices. What it means in times the server says. */

import type { Policy, Retry, SparsePolicy } from "./document";
import { stable } from "./stable";

/** Only what differs from the type's own policy; retry rules are kept as a whole. */
export function sparse(full: Policy, base: Policy): SparsePolicy {
  const found: SparsePolicy = {};
  const set = <K extends Exclude<keyof Policy, "retry">>(name: K): void => {
    if (stable(full[name]) !== stable(base[name])) Object.assign(found, { [name]: full[name] });
  };
  if (stable(full.retry) !== stable(base.retry)) found.retry = full.retry;
  set("timeout_seconds");
  set("on_error");
  set("default_value");
  set("on_unknown");
  set("concurrency");
  set("run_on_empty");
  return found;
}

export type Preset = "once" | "few" | "patient";

/** Three sensible choices, so that nobody has to fill six fields. */
export function preset(name: Preset, retry: Retry): Retry {
  if (name === "once") return { ...retry, attempts: 1 };
  const patient = name === "patient";
  return {
    ...retry,
    attempts: patient ? 8 : 3,
    backoff: "exponential",
    delay_seconds: patient ? 5 : 1,
    max_delay_seconds: patient ? 600 : 60,
    on: retry.on.length > 0 ? retry.on : ["network", "timeout", "status_429", "status_5xx"],
  };
}
