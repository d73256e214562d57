"""The built-in node types: one folder per palette category, one file per node."""
