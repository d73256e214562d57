"""A person's formulas and code, run in a process of their own. Nothing here knows of nodes."""
