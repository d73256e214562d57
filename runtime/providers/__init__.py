"""Models. One accountable path per call; retries are the engine's business, not ours."""
