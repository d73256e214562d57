"""In the palette the kinds of steps come in the order in which people need them."""

from itertools import groupby

from builder.catalogue import catalogue


def test_what_starts_a_flow_comes_first_and_categories_stay_together() -> None:
    kinds = catalogue()["node_types"]
    categories = [name for name, _ in groupby(kind["category"] for kind in kinds)]
    assert categories[1:6] == ["Flow", "Data", "AI", "Network", "Code"]
    assert len(categories) == len(set(categories))
    triggers = [kind["trigger"] is not None for kind in kinds]
    assert triggers == sorted(triggers, reverse=True)
