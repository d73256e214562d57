/** Words for choosing a table; part of `en`. */
export const tables = {
  "table.add": "Make a table",
  "table.columns": "Columns: {{names}}",
  "table.gone": "{{name}} (there is no such table)",
  "table.key": "{{name}} (each value once)",
  "table.none": "Choose a table",
};
