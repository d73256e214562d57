"""Documents that two readers could understand differently, or that are no flow, are refused."""

import json

import pytest

from runtime.graph.document import canonical
from runtime.graph.issue import DocumentError
from runtime.graph.parse import MAX_BYTES, parse_document, parse_stored

NODE = '{"id": "a", "key": "a", "type": "data.set"}'
REFUSED = {
    "text": '"x"',
    "null": "null",
    "a list": "[]",
    "nothing": "",
    "cut off": '{"nodes": [',
    "a name twice": '{"nodes": [], "nodes": []}',
    "not a number": '{"nodes": [], "settings": {"deadline_seconds": NaN}}',
    "infinite": '{"nodes": [], "settings": {"deadline_seconds": 1e400}}',
    "too many digits": f'{{"nodes": [], "settings": {{"max_steps": {"9" * 5000}}}}}',
    "too deep": f'{{"nodes": {"[" * 20_000}{"]" * 20_000}}}',
    "a null character": '{"nodes": [{"id": "a", "key": "\\u0000", "type": "x"}]}',
    "half a character": '{"nodes": [{"id": "a", "key": "\\ud800", "type": "x"}]}',
    "another format": '{"format": "other/9", "nodes": []}',
    "an unknown field": '{"nodes": [], "code": "import os"}',
    "a step without a kind": '{"nodes": [{"id": "a", "key": "a"}]}',
    "an id that is none": '{"nodes": [{"id": "../a", "key": "a", "type": "x"}]}',
    "a wire to nowhere named oddly": '{"nodes": [], "edges": [{"source": "", "target": "a"}]}',
    "too many steps": f'{{"nodes": [{", ".join([NODE] * 10_001)}]}}',
    "a step budget below one": '{"nodes": [], "settings": {"max_steps": 0}}',
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_document_is_refused_with_a_sentence(what: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(REFUSED[what])
    assert all(len(issue.message.split()) >= 3 for issue in caught.value.issues)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(DocumentError):
        parse_document(b'{"nodes": [], "x": "\xff"}')


def test_an_empty_flow_is_a_document() -> None:
    assert parse_document("{}").nodes == ()


def test_what_was_taken_stays_readable_though_its_stored_form_is_longer() -> None:
    params = {"fields": [{"name": "n", "value": "{{ input.n }}"}] * 5}
    kind = {"type": "data.set", "params": params}
    nodes = [{"id": f"n{n}", "key": f"n{n}", **kind} for n in range(10_000)]
    raw = json.dumps({"nodes": nodes})
    stored = canonical(parse_document(raw))
    assert len(raw) < MAX_BYTES < len(stored)
    assert parse_stored(stored) == parse_document(raw)
