"""The bytes of files: kept once per workspace and content, in and out in pieces."""
