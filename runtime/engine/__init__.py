"""Decides, never does: what is ready, what is skipped, whether to try again, who came from whom.

Pure: the clock, randomness, the journal and the nodes' world come in as arguments.
"""
