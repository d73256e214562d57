"""The REST API of run time: runs, steps, waits, health. Thin views over the services."""
