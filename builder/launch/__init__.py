"""Starts, supervises and tests Segue from a bare Python: standard library only."""
