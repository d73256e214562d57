"""Steps that compute long, or come from other packages, run in child processes of the worker.

A child may hang, crash or eat memory without harming any other run. It gets neither the worker's
environment nor its database: whatever its context offers is done by the worker and handed over.
"""
