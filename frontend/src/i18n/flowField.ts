/** Words of the field that chooses another flow. */
export const flowField = {
  "flowField.choose": "Choose a flow",
  "flowField.gone": "A flow that is gone, or that others cannot call",
  "flowField.none": "No other flow has the trigger “Called by another flow”",
  "flowField.off": "{{name}} (not live)",
  "flowField.open": "Open it",
} as const;
