"""Says what is in a text, and whether an answer holds, without a model. Pure functions."""
