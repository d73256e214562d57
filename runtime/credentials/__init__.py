"""One file per kind of connection. A kind knows its fields and how it signs a request, no more."""
