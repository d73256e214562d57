"""What every answer of the web server passes through."""
