/** Words for choosing a connection or a table; part of `en`. */
export const tables = {
  "connection.add": "Add a connection",
  "connection.gone": "A connection that is gone",
  "connection.none": "None",
  "table.add": "Make a table",
  "table.columns": "Columns: {{names}}",
  "table.gone": "{{name}} (there is no such table)",
  "table.key": "{{name}} (each value once)",
  "table.none": "Choose a table",
};
