/** The German catalogue: loaded only where it is spoken. What is missing or surplus does not compile. */
import type { en } from "../en";
import { main } from "./main";
import { parts } from "./parts";
import type { Texts } from "./texts";

export const de: Texts<typeof en> = { ...main, ...parts };
