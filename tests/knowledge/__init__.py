"""Cutting, ranking and packing: no database, no network."""
