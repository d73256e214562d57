/** Words for choosing a connection or a table; part of `en`. */
export const tables = {
  "connection.add": "Add a connection",
  "connection.gone": "A connection that is gone",
  "connection.none": "None",
  "collection.documents_one": "1 document",
  "collection.documents_other": "{{count}} documents",
  "collection.new": "A new collection of this name will be made.",
  "collection.notYet": "There is no such collection yet. A step “Add to knowledge” makes it.",
  "table.add": "Make a table",
  "table.columns": "Columns: {{names}}",
  "table.gone": "{{name}} (there is no such table)",
  "table.key": "{{name}} (each value once)",
  "table.none": "Choose a table",
};
