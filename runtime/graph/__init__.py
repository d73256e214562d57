"""The flow document: parse, validate, upgrade, compare, compile to a plan. Pure."""
