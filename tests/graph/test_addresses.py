"""Addresses with changing parts."""

import pytest

from runtime.graph.addresses import names_in, shape_of, shapes_for, values_in


def test_two_addresses_that_differ_in_names_only_are_one() -> None:
    assert shape_of("orders/{id}/items/{item}") == "orders/{}/items/{}"
    assert shape_of("orders/{n}/items/{m}") == "orders/{}/items/{}"
    assert names_in("orders/{id}/items/{item}") == ["id", "item"]


def test_what_says_most_exactly_is_looked_for_first() -> None:
    assert shapes_for("orders/7/items") == [
        "orders/7/items",
        "orders/7/{}",
        "orders/{}/items",
        "orders/{}/{}",
    ]


@pytest.mark.parametrize("path", ["orders", "", "a/b/c/d/e/f/g"])
def test_the_first_part_and_long_addresses_are_taken_as_written(path: str) -> None:
    assert shapes_for(path) == [path]


@pytest.mark.parametrize(
    ("address", "path", "values"),
    [
        ("orders/{id}", "orders/A-17", {"id": "A-17"}),
        ("orders/{id}/of/{who}", "orders/7/of/Ada Lovelace", {"id": "7", "who": "Ada Lovelace"}),
        ("orders/{id}", "orders/{{ secrets }}", {"id": "{{ secrets }}"}),
        ("orders/new", "orders/new", {}),
    ],
)
def test_what_stands_in_the_changing_parts_comes_along(
    address: str, path: str, values: dict[str, str]
) -> None:
    assert shape_of(address) in shapes_for(path)
    assert values_in(address, path) == values
