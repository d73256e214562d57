"""What holds for every node type, whoever wrote it."""

import inspect
import json
import re

import pytest

from builder.catalogue import default_params
from runtime.registry import registry
from runtime.sdk import BatchNode, Effect, Kind, Mode, Node
from runtime.sdk.params import STATIC_KINDS, field_kind, resolves_templates

TYPES = [pytest.param(node_type, id=name) for name, node_type in registry().items()]
CATEGORIES = {"AI", "Code", "Data", "Flow", "Network", "Triggers"}
INNER_WORDS = re.compile(
    r"\b(node|snapshot|payload|JSON Schema|regex|boolean|null)\b", re.IGNORECASE
)

pytestmark = pytest.mark.parametrize("node_type", TYPES)


def test_it_says_what_it_is(node_type: type[Node]) -> None:
    help_text = inspect.getdoc(node_type) or ""
    assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", node_type.type)
    assert node_type.version >= 1
    assert node_type.name[:1].isupper()
    assert node_type.category in CATEGORIES
    assert re.fullmatch(r"[a-z0-9-]+", node_type.icon)
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
    if node_type.routes:
        assert len(node_type.outputs) > 1


def test_its_settings_draw_a_form(node_type: type[Node]) -> None:
    fields = node_type.Params.model_fields
    for name, info in fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict), f"{name} is not made by field()"
        assert str(extra["x-label"])[:1].isupper() or str(extra["x-label"])[:1] == "“"
        assert not INNER_WORDS.search(f"{extra['x-label']} {extra.get('x-help', '')}")
        kind = field_kind(node_type.Params, name)
        assert kind is not None
        if kind in STATIC_KINDS:
            assert not resolves_templates(node_type.Params, name)
        if kind is Kind.CHOICE:
            assert extra.get("x-choices"), f"{name} offers nothing to choose from"
        shown = extra.get("x-show-if")
        assert shown is None or (isinstance(shown, dict) and shown["field"] in fields)
    json.dumps(node_type.Params.model_json_schema())


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
