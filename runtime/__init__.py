"""Run time: what happened, and how it is made to happen. Never imports builder."""
