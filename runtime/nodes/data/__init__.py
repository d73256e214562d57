"""Shaping items."""
