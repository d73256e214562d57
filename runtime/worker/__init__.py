"""The Celery worker that hosts the engine: claims, runs, sweeps, drains."""
