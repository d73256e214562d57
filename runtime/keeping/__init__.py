"""What flows keep between runs: tables with columns, and single values under a name.

`columns`, `rows` and `changes` are pure and say what things mean; `tables`, `memory` and `deeds` do
it in the database, for a worker's thread and for the admin's pages alike.
"""
