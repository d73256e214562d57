/** Words for arranging and for copies between flows; part of `en`. */
export const arranging = {
  "arrange.across": "Same distance from left to right",
  "arrange.bottom": "Line up the lower edges",
  "arrange.centre": "Centre one above the other",
  "arrange.down": "Same distance from top to bottom",
  "arrange.label": "{{count}} selected",
  "arrange.left": "Line up the left edges",
  "arrange.middle": "Centre side by side",
  "arrange.right": "Line up the right edges",
  "arrange.top": "Line up the upper edges",
  "clip.missing":
    "Pasted. Not everything it uses is here: {{names}}. Open these steps and choose something else.",
  "clip.missing.connection": "the connection {{name}}",
  "clip.missing.flow": "the flow {{name}}",
  "clip.missing.kind": "the kind of step {{name}}",
  "clip.missing.model": "the model {{name}}",
  "clip.missing.nameless": "without a name",
  "clip.missing.table": "the table {{name}}",
  "clip.broken":
    "This looks like a copy of steps, but it is not whole. Copy the steps again and paste once more.",
  "clip.rubbish":
    "There are no steps in what you copied. Select steps here or in another flow, copy them, and paste again.",
  "selection.delete": "Delete",
  "selection.group": "Frame as a group",
} as const;
