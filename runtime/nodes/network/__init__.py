"""Talking to other systems."""
