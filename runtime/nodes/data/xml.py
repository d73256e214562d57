"""Reads and writes XML."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from runtime.sdk import Context, ErrorClass, Example, Json, Kind, Node, NodeError, NodeParams, Output, field
from runtime.sdk.paths import FieldName, with_field
from runtime.sdk.sizes import not_too_long, too_deep
from runtime.sdk.texts import Text
from runtime.sdk.values import as_text

ATTRIBUTE, TEXT = "@", "#text"
MOST_LEVELS = 200
_NAME = re.compile(r"[^\W\d][\w.-]*")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml(Node):
    """Turn XML into data, or data into XML."""

    type, version = "data.xml", 1
    name, category, icon = "XML", "Data", "file-type-xml"
    keywords = ("parse", "soap", "rss", "feed", "sitemap", "invoice", "convert", "json")

    class Params(NodeParams):
        what: Literal["read", "write"] = field(
            Kind.CHOICE,
            "read",
            label="What to do",
            choices={"read": "Read XML", "write": "Write XML"},
        )
        text: Text = field(
            Kind.MULTILINE,
            "{{ input.body }}",
            label="XML",
            help="An element becomes a field, several of one name a list. Attributes begin with "
            "@, text beside them is called #text.",
            show_if=("what", ["read"]),
        )
        data: Json = field(
            Kind.JSON, "{{ input }}", label="Data", show_if=("what", ["write"])
        )
        root: str = field(
            Kind.TEXT,
            "",
            label="Outermost element",
            help="Left empty, the data's only field is the outermost element.",
            placeholder="order",
            show_if=("what", ["write"]),
        )
        pretty: bool = field(
            Kind.BOOLEAN, False, label="With line breaks", show_if=("what", ["write"])
        )
        name: FieldName = field(
            Kind.TEXT, "xml", label="Name of the result", templates=False, min_length=1
        )

    examples = (
        Example(
            "Read an order",
            {"text": '<order id="7"><line>A</line><line>B</line><note/></order>', "name": "data"},
            input=[{}],
            output={
                "out": [{"data": {"order": {"@id": "7", "line": ["A", "B"], "note": None}}}]
            },
        ),
        Example(
            "Write an order",
            {"what": "write", "data": {"@id": 7, "line": ["A", "B & C"]}, "root": "order"},
            input=[{}],
            output={
                "out": [{"xml": '<order id="7"><line>A</line><line>B &amp; C</line></order>'}]
            },
        ),
    )

    async def run(self, params: Params, ctx: Context) -> Output:
        made = await asyncio.to_thread(WORK[params.what], params)
        return Output.items((with_field(ctx.item, params.name, made),))


def _read(params: Xml.Params) -> Json:
    text = not_too_long(params.text, "text").strip()
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise _unfit(
            "This XML defines words of its own (a DOCTYPE). Such XML can be made to do harm, so it "
            "is not read.",
            "Ask for it without a DOCTYPE, or remove that part before.",
            "text",
        ) from None
    except UnicodeError:
        raise _unfit(
            "The text holds half a letter, so it is not proper XML.",
            "Look at where the text comes from.",
            "text",
        ) from None
    except ParseError as error:
        line, column = error.position
        raise _unfit(
            f"The text is not proper XML: it breaks in line {line}, at character {column + 1}.",
            "Look at the data at that place.",
            "text",
        ) from None
    return {_plain(root.tag): _value(root, 1)}


def _value(element: Element, level: int) -> Json:
    if level > MOST_LEVELS:
        raise too_deep("text")
    made: dict[str, Json] = {ATTRIBUTE + _plain(k): v for k, v in element.attrib.items()}
    for child in element:
        _add(made, _plain(child.tag), _value(child, level + 1))
    pieces = [element.text, *(child.tail for child in element)]
    text = " ".join(piece.strip() for piece in pieces if piece and piece.strip())
    if not made:
        return text or None
    if text:
        made[TEXT] = text
    return made


def _add(made: dict[str, Json], name: str, value: Json) -> None:
    """A second element of one name makes a list; an element's own value is never one."""
    if name not in made:
        made[name] = value
    elif isinstance(before := made[name], list):
        before.append(value)
    else:
        made[name] = [before, value]


def _plain(name: str) -> str:
    """Without the address of its namespace."""
    return name.rpartition("}")[2]


def _write(params: Xml.Params) -> Json:
    name, value = params.root, params.data
    if not name:
        if not isinstance(value, dict) or len(value) != 1:
            raise _unfit(
                "The data has no single outermost field, so the outermost element has no name.",
                "Fill in “Outermost element”.",
                "root",
            )
        ((name, value),) = value.items()
    root = Element(_named(name))
    _fill(root, value, 1)
    if params.pretty:
        indent(root)
    return tostring(root, encoding="unicode")


def _fill(element: Element, value: Json, level: int) -> None:
    if level > MOST_LEVELS:
        raise too_deep("data")
    if isinstance(value, list):
        value = {"item": value}
    if not isinstance(value, dict):
        element.text = _clean(value)
        return
    for name, inner in value.items():
        if name == TEXT:
            element.text = _clean(inner)
        elif name.startswith(ATTRIBUTE):
            element.set(_named(name.removeprefix(ATTRIBUTE)), _clean(inner))
        else:
            for entry in inner if isinstance(inner, list) else [inner]:
                _fill(SubElement(element, _named(name)), entry, level + 1)


def _named(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    raise _unfit(
        f"“{name[:60]}” cannot be the name of an XML element.",
        "Rename the field by Set fields: letters, digits, dots and dashes, a letter first.",
        "data",
    )


def _clean(value: Json) -> str:
    """Without the control characters that no XML may hold."""
    return _FORBIDDEN.sub("", as_text(value))


def _unfit(message: str, fix: str, field: str) -> NodeError:
    return NodeError(
        message, error_class=ErrorClass.INPUT, retryable=False, fix=fix, field=field
    )


WORK: Mapping[str, Callable[[Xml.Params], Json]] = {"read": _read, "write": _write}
