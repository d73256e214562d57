"""Calls to the outside, through one guard. Nothing else in Segue opens connections for a flow."""
