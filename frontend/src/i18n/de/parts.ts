/** The German words that have a file of their own, as the English ones do. */
import { again } from "./again";
import { arranging } from "./arranging";
import { building } from "./building";
import { canvas } from "./canvas";
import { costs } from "./costs";
import { counts } from "./counts";
import { fields } from "./fields";
import { files } from "./files";
import { firstHour } from "./firstHour";
import { flowField } from "./flowField";
import { flowSettings } from "./flowSettings";
import { flowTests } from "./flowTests";
import { language } from "./language";
import { meaning } from "./meaning";
import { offers } from "./offers";
import { people } from "./people";
import { prompts } from "./prompts";
import { rows } from "./rows";
import { stepPanel } from "./stepPanel";
import { tables } from "./tables";
import { tools } from "./tools";
import { versions } from "./versions";

export const parts = {
  ...flowSettings,
  ...again,
  ...files,
  ...counts,
  ...costs,
  ...firstHour,
  ...arranging,
  ...language,
  ...people,
  ...flowTests,
  ...prompts,
  ...offers,
  ...tables,
  ...fields,
  ...flowField,
  ...meaning,
  ...rows,
  ...building,
  ...canvas,
  ...stepPanel,
  ...tools,
  ...versions,
};
