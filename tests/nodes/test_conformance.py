"""What holds for every node type, whoever wrote it."""

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
from pydantic.fields import FieldInfo

from builder.catalogue import default_params
from runtime.registry import registry
from runtime.sdk import BatchNode, Effect, Kind, Mode, Node, NodeParams
from runtime.sdk.params import STATIC_KINDS, field_kind, resolves_templates

TYPES = [pytest.param(node_type, id=name) for name, node_type in registry().items()]
CATEGORIES = {"AI", "Code", "Data", "Flow", "Network", "Triggers"}
INNER_WORDS = re.compile(
    r"\b(node|snapshot|payload|JSON Schema|regex|boolean|null)\b", re.IGNORECASE
)

ICONS = (Path(__file__).parents[2] / "frontend/src/ui/Icon.tsx").read_text()

pytestmark = pytest.mark.parametrize("node_type", TYPES)


def test_it_says_what_it_is(node_type: type[Node]) -> None:
    help_text = inspect.getdoc(node_type) or ""
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", node_type.type)
    assert node_type.version >= 1
    assert node_type.name[:1].isupper()
    assert node_type.category in CATEGORIES
    assert re.search(rf'^  "?{node_type.icon}"?: Icon', ICONS, re.MULTILINE), node_type.icon
    assert help_text.splitlines()[0].endswith(".")
    assert not INNER_WORDS.search(help_text.splitlines()[0])
    assert node_type.keywords, "people search by other words too"


def test_its_ports_have_names_of_their_own(node_type: type[Node]) -> None:
    for ports in (node_type.inputs, node_type.output_ports(default_params(node_type))):
        names = [port.name for port in ports]
        assert len(names) == len(set(names))
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert bool(node_type.inputs) == (node_type.trigger is None)


def test_its_capabilities_fit_together(node_type: type[Node]) -> None:
    if issubclass(node_type, BatchNode):
        assert node_type.effect is Effect.PURE
        assert ("run_whole" if node_type.mode is Mode.ALL else "run_batch") in vars(node_type)
    if node_type.effect is Effect.EXTERNAL:
        assert node_type.default_policy.timeout_seconds, "a call outside must end some time"
    if node_type.waits:
        assert "resume" in vars(node_type)
    if node_type.fails_by:
        assert node_type.fails_by in [port.name for port in node_type.outputs[1:]]
    if node_type.routes:
        assert len(node_type.outputs) > 1 or node_type.dynamic_outputs


def test_its_settings_draw_a_form(node_type: type[Node]) -> None:
    assert_a_form(node_type.Params, {})
    json.dumps(node_type.Params.model_json_schema())


def test_what_its_exits_hang_on_is_a_setting(node_type: type[Node]) -> None:
    settings = node_type.Params.model_fields
    for port in node_type.outputs:
        assert port.only_if is None or port.only_if[0] in settings
    if rows := node_type.dynamic_outputs:
        columns = row_of(settings[rows.param]).model_json_schema()["properties"]
        assert columns[rows.id]["x-fresh"]
        assert rows.label in columns


def row_of(info: FieldInfo) -> type[NodeParams]:
    """The form of one row of a `rows` field."""
    row: type[NodeParams] = get_args(info.annotation)[0]
    assert issubclass(row, NodeParams)
    return row


def assert_a_form(params: type[NodeParams], around: Mapping[str, FieldInfo]) -> None:
    """Whether the canvas can draw it; the fields of a row may also look at those around it."""
    fields = params.model_fields
    for name, info in fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict), f"{name} is not made by field()"
        assert str(extra["x-label"])[:1].isupper() or str(extra["x-label"])[:1] == "“"
        assert not INNER_WORDS.search(f"{extra['x-label']} {extra.get('x-help', '')}")
        kind = field_kind(params, name)
        assert kind is not None
        if kind in STATIC_KINDS:
            assert not resolves_templates(params, name)
        if kind is Kind.ROWS:
            assert_a_form(row_of(info), fields)
        if kind is Kind.CHOICE:
            assert extra.get("x-choices"), f"{name} offers nothing to choose from"
        shown = extra.get("x-show-if")
        assert shown is None or (
            isinstance(shown, dict) and (shown["field"] in fields or shown["field"] in around)
        )


def test_its_summary_names_settings_it_has(node_type: type[Node]) -> None:
    named = set(re.findall(r"{(\w+)}", node_type.summary))
    assert named <= set(node_type.Params.model_fields)


def test_its_defaults_are_valid(node_type: type[Node]) -> None:
    fields = node_type.Params.model_fields
    if not any(info.is_required() for info in fields.values()):
        node_type.Params.model_validate(default_params(node_type))


def test_migrating_from_its_own_version_changes_nothing(node_type: type[Node]) -> None:
    for example in node_type.examples:
        params = dict(example.params)
        assert node_type.migrate(dict(params), node_type.version) == params


def test_it_shows_how_it_is_used(node_type: type[Node]) -> None:
    assert node_type.examples or node_type.loop
    json.dumps(node_type.output_sample)
