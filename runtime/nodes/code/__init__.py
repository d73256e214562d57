"""A person's own code."""
