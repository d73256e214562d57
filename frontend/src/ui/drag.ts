/** What is dragged across the screen, by kind. */

/** A step type from the palette to the canvas. */
export const STEP_TYPE = "application/x-segue-step";
/** A field of data into a form field; the plain text beside it is the template. */
export const DATA_PATH = "application/x-segue-path";
