"""What operators see from outside: figures for Prometheus, spans for OpenTelemetry, log lines.

Nothing here may fail a run, hold one up, or hold data of its items.
"""
