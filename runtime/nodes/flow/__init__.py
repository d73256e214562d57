"""Branches, joins, rounds, waits and answers."""
