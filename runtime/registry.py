"""Which node types there are: the built-in ones, and those of installed packages."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType

from runtime.sdk import Node

ENTRY_POINTS = "segue.nodes"
# Modules with further node types, separated by commas; how tests bring in theirs.
EXTRA_MODULES = "SEGUE_EXTRA_NODES"


@cache
def registry() -> Mapping[str, type[Node]]:
    """Every node type by its name. Two types of one name are an error at the start."""
    found: dict[str, type[Node]] = {}
    for node_type in (*_ours(), *_third_party()):
        other = found.setdefault(node_type.type, node_type)
        if other is not node_type:
            raise RuntimeError(f"Two packages bring a node type called {node_type.type}.")
    return MappingProxyType(found)


@cache
def third_party() -> frozenset[str]:
    """The names of the types that installed packages bring: their steps run in child processes."""
    return frozenset(node_type.type for node_type in _third_party())


def _ours() -> Iterator[type[Node]]:
    import runtime.nodes

    for module in pkgutil.walk_packages(runtime.nodes.__path__, "runtime.nodes."):
        if not module.ispkg:
            yield from _in_module(importlib.import_module(module.name))
    for name in filter(None, os.environ.get(EXTRA_MODULES, "").split(",")):
        yield from _in_module(importlib.import_module(name))


def _third_party() -> Iterator[type[Node]]:
    for entry in entry_points(group=ENTRY_POINTS):
        loaded = entry.load()
        yield from _in_module(loaded) if isinstance(loaded, ModuleType) else (loaded,)


def _in_module(module: ModuleType) -> Iterator[type[Node]]:
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Node)
            and value.__module__ == module.__name__
            and "type" in vars(value)
        ):
            yield value
