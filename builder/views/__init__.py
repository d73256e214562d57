"""Pages outside the admin: the canvas and signing in by link."""
