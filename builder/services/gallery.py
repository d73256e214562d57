"""The templates that come with Segue: what each does, needs and looks like.

The examples are templates too; those in `examples/more` become flows only when somebody uses them.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from builder.models import Flow
from builder.services.create_flow import create_flow
from builder.services.first_start import EXAMPLES
from builder.services.picture import draw
from builder.services.refusals import NotPossibleError
from builder.services.template_tables import make_tables
from builder.services.transfer import read_example
from runtime.graph.document import Document
from runtime.graph.parse import parse_document
from runtime.registry import registry
from runtime.sdk import Kind
from runtime.sdk.params import field_kind
from runtime.services.notices import Person
from runtime.services.spoken import spoken


@dataclass(frozen=True, slots=True)
class Template:
    """One of them. `key`: its file's name; `tables`: what is made for it, see `make_tables`.

    `teaches`: an example from which to learn; the others are for work.
    """

    key: str
    name: str
    description: str
    graph: dict[str, Any]
    picture: str
    steps: tuple[str, ...]
    needs: tuple[str, ...]
    tables: tuple[dict[str, Any], ...]
    teaches: bool


def templates() -> tuple[Template, ...]:
    """Return them in their order, in the reader's language."""
    return _templates(get_language() or "en")


@lru_cache(maxsize=4)
def _templates(language: str) -> tuple[Template, ...]:
    """Return them in a language; else they change only with the installed code."""
    with override(language):
        return _read()


def _read() -> tuple[Template, ...]:
    found = []
    paths = sorted((EXAMPLES / "more").glob("*.json")) + sorted(EXAMPLES.glob("*.json"))
    for path in paths:
        raw = path.read_bytes()
        name, graph = read_example(raw)
        graph = _named(graph)
        document = parse_document(graph)
        found.append(
            Template(
                key=path.stem,
                name=spoken(name),
                description=spoken(document.settings.description),
                graph=graph,
                picture=draw(document, registry()),
                steps=tuple(node.label for node in document.nodes),
                needs=tuple(sorted(_kinds(document))),
                tables=tuple(json.loads(raw).get("tables", ())),
                teaches=path.parent == EXAMPLES,
            )
        )
    return tuple(found)


def needs_words(template: Template) -> list[str]:
    """Return what a template needs, in words."""
    words = {
        "model": _("a model (the practice model will do)"),
        "credential": _("a connection"),
        "table": _("a table (it is made for you)"),
        "flow": _("another flow"),
    }
    return [words[need] for need in template.needs]


def use_template(key: str, *, workspace_id: UUID, actor: Person) -> Flow:
    """Return a flow of the person's own, made from it: a draft that nothing starts yet.

    Raises NotPossibleError where there is no such template.
    """
    found = next((one for one in templates() if one.key == key), None)
    if found is None:
        raise NotPossibleError(_("There is no such template."))
    graph = _without_addresses(found.graph)
    with transaction.atomic():
        make_tables(workspace_id, found.tables)
        return create_flow(
            workspace_id=workspace_id,
            name=found.name,
            graph=graph,
            actor=actor,
            action="template_used",
        )


def _named(graph: dict[str, Any]) -> dict[str, Any]:
    """Let the steps be called what they do in the reader's language; their keys stay."""
    nodes = [{**node, "name": spoken(node.get("name", ""))} for node in graph.get("nodes", [])]
    return {**graph, "nodes": nodes}


def _without_addresses(graph: dict[str, Any]) -> dict[str, Any]:
    """An address belongs to one flow, and the example has it already; the copy gets its own."""
    return {**graph, "nodes": [_fresh(node) for node in graph.get("nodes", [])]}


def _fresh(node: dict[str, Any]) -> dict[str, Any]:
    node_type = registry().get(node["type"])
    if node_type is None:
        return node
    params = {
        name: _another(value) if _is_address(node_type, name) else value
        for name, value in node.get("params", {}).items()
    }
    return {**node, "params": params}


def _is_address(node_type: Any, name: str) -> bool:
    return field_kind(node_type.Params, name) is Kind.WEBHOOK_PATH


def _another(value: Any) -> Any:
    return f"{value}-{token_hex(3)}" if value else value


def _kinds(document: Document) -> set[str]:
    """What must be chosen before it does its work: a model always, other things where named."""
    found = set()
    for node in document.nodes:
        node_type = registry()[node.type]
        for name in node_type.Params.model_fields:
            kind = field_kind(node_type.Params, name)
            named = bool(node.params.get(name))
            if kind is Kind.MODEL or (named and kind in (Kind.CREDENTIAL, Kind.TABLE, Kind.FLOW)):
                found.add(str(kind))
    return found
