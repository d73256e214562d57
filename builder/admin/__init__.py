"""The admin: where people land. Thin pages over the services."""
