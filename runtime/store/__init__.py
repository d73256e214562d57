"""The journal on Django's database, in plain SQL: claim, group commit, replay, leases, sweep.

PostgreSQL and SQLite. Django owns the schema; nothing here uses its ORM or its connections.
"""
