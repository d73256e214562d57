"""What others may ask of run time: one verb per file. Edges and builder come in here."""
