/** What every field of one step's form may ask for. */
import { createContext, useContext } from "react";
import type { Path } from "@/graph/data";
import type { Json, JsonObject } from "@/graph/document";

/** An earlier step whose data can be used, with real data of a run or a sample. */
export type Source = {
  key: string;
  name: string;
  icon: string;
  family: string;
  value: Json;
  real: boolean;
};

export type FormContextValue = {
  nodeKey: string;
  /** The kind of step. */
  nodeType?: string;
  readOnly: boolean;
  /** Whether another step uses this one as a tool: then fields may be left to a model. */
  isTool: boolean;
  sources: Source[];
  /** Names for preview: `input` and every earlier step's key. */
  sample: JsonObject;
  /** Message for a field, from the server's problems. */
  problem: (field: string) => string | undefined;
  /** Settings as they are now, for the server to preview one value. */
  focused: string | null;
  focusField: (field: string | null) => void;
  /** Writes data where the person last typed; empty until then. */
  target: { current: ((data: Dragged) => void) | null };
};

export const FormContext = createContext<FormContextValue>({
  nodeKey: "",
  readOnly: false,
  isTool: false,
  sources: [],
  sample: {},
  problem: () => undefined,
  focused: null,
  focusField: () => undefined,
  target: { current: null },
});

/** Leaves the field around to the model; null where only a person may fill it in. */
export const LeaveContext = createContext<(() => void) | null>(null);

export function useForm(): FormContextValue {
  return useContext(FormContext);
}

export type Dragged = { root: string; path: Path };
