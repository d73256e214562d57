"""HTML, Markdown, XML, CSV and JSON: what is read, and what is refused because it could do harm."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from runtime.sdk import Json
from tests.security.cases import read
from tests.support.one_step import run_node


def whole(text: str) -> bool:
    """Whether it has no half letters: those are refused wherever data comes in."""
    return text.encode("utf-8", "ignore").decode() == text


HOSTILE = [case["s"] for case in read("xss_and_names") if whole(case["s"])]


def made(type_name: str, **params: Any) -> Any:
    """The step's result for one empty item."""
    result, out = run_node(type_name, {**params, "name": "r"}, [{}])
    assert result.status == "succeeded", result.error
    (item,) = out["out"]
    assert isinstance(item, dict)
    return item["r"]


def refused(type_name: str, **params: Any) -> Mapping[str, Json]:
    """The error it fails with."""
    result, _ = run_node(type_name, params, [{}])
    assert result.status == "failed"
    assert isinstance(result.error, dict)
    return result.error


TEXTS = [
    ("<p>a<p>b", "a\nb"),
    ("a<br>b<br/><br>c", "a\nb\nc"),
    ("<ul><li>x<li>y</ul>", "x\ny"),
    ("one\n two <b>th</b>ree", "one two three"),
    ("<style>p{}</style><script>x</script><!-- no -->yes<noscript>n</noscript>", "yes"),
    ("&lt;b&gt; &amp; &euro;", "<b> & €"),
    ("<?xml version='1.0'?><rss><title>t</title></rss>", "t"),
    ("plain.txt", "plain.txt"),
    ("", ""),
    ("<div>" * 20_000 + "deep", "deep"),
]


@pytest.mark.parametrize(("html", "expected"), TEXTS)
def test_a_page_as_text(html: str, expected: str) -> None:
    assert made("data.html", html=html) == expected


def test_a_page_as_markdown_without_what_runs() -> None:
    html = (
        '<h2>T</h2><a href="javascript:x()">a</a> <a href="https://x.org">b</a><script>s</script>'
    )
    assert made("data.html", html=html, what="markdown") == "## T\n\na [b](https://x.org)"


def test_a_page_nested_too_deeply_for_markdown_is_refused_in_words() -> None:
    error = refused("data.html", html="<div>" * 5_000, what="markdown")
    assert (error["message"], error["field"]) == (
        "The text is nested too deeply to be read.",
        "html",
    )


PAGE = '<div id=a class="x y"><p>1 <b>2</b></p><p>3</p></div>'
PICKS: list[tuple[dict[str, Any], Json]] = [
    ({"selector": "p"}, "1 2"),
    ({"selector": "p", "which": "all"}, ["1 2", "3"]),
    ({"selector": "p:nth-of-type(2)"}, "3"),
    ({"selector": "b", "take": "html"}, "<b>2</b>"),
    ({"selector": "div", "take": "attribute", "attribute": "class"}, "x y"),
    ({"selector": "p", "take": "attribute", "attribute": "id"}, None),
    ({"selector": ".no"}, None),
    ({"selector": ".no", "which": "all"}, []),
]


@pytest.mark.parametrize(("pick", "expected"), PICKS)
def test_parts_are_picked_out(pick: Mapping[str, Any], expected: Json) -> None:
    params = {"html": PAGE, "what": "pick", "picks": [{"name": "r", **pick}]}
    _, out = run_node("data.html", params, [{"kept": 1}])
    assert out == {"out": [{"kept": 1, "r": expected}]}


def test_a_selector_that_is_none_is_named() -> None:
    error = refused("data.html", html=PAGE, what="pick", picks=[{"name": "r", "selector": "p["}])
    assert error["message"] == "“p[” is not a CSS selector that can be read."


class Dangers(HTMLParser):
    """Finds what would run, load or send something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "iframe", "object", "form", "input", "base", "img", "svg"):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or address.startswith(("javascript:", "data:")):
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_of_strangers_becomes_html_that_does_nothing(text: str) -> None:
    dangers = Dangers()
    _, out = run_node("data.markdown", {"name": "r"}, [{"text": text}])
    (item,) = out["out"]
    assert isinstance(item, dict)
    dangers.feed(str(item["r"]))
    assert dangers.found == []


def test_markdown_has_what_people_use() -> None:
    text = "# T\n\n- a\n- **b**\n\n|x|\n|-|\n|1|\n\n~~no~~ [l](https://x.org)"
    html = made("data.markdown", markdown=text)
    for part in ("<h1>T</h1>", "<li>a</li>", "<strong>b</strong>", "<td>1</td>", "<s>no</s>"):
        assert part in html
    assert 'href="https://x.org"' in html
    assert made("data.markdown", markdown="a\nb", line_breaks=True) == "<p>a<br>\nb</p>"
    assert "<img" in made("data.markdown", markdown="![p](https://x.org/p.png)", pictures=True)


XML: list[tuple[str, Json]] = [
    ("<a/>", {"a": None}),
    ("<a> x </a>", {"a": "x"}),
    ("<a><b>1</b><b>2</b><b><c/></b></a>", {"a": {"b": ["1", "2", {"c": None}]}}),
    ("<a k='v'>t</a>", {"a": {"@k": "v", "#text": "t"}}),
    ("<a>x<b/>y</a>", {"a": {"b": None, "#text": "x y"}}),
    ('<r:a xmlns:r="u"><r:b r:k="1"/></r:a>', {"a": {"b": {"@k": "1"}}}),
    ("<a><![CDATA[<x>]]>&amp;&#228;</a>", {"a": "<x>&ä"}),
    ('<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>', {"a": "ä"}),
]


@pytest.mark.parametrize(("text", "expected"), XML)
def test_xml_becomes_data(text: str, expected: Json) -> None:
    assert made("data.xml", text=text) == expected


LAUGHS = next(c for c in read("malicious_flows") if c["id"] == "flow-062")["flow"]["nodes"][0]
BAD_XML = [
    (LAUGHS["config"]["text"], "(a DOCTYPE)"),
    ("", "it breaks in line 1, at character 1"),
    ("<a>\n<b></a>", "it breaks in line 2, at character 6"),
    ("<a>&other;</a>", "it breaks in line 1"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "(a DOCTYPE)"),
    ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "(a DOCTYPE)"),
    ('<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/">]><a>&x;</a>', "(a DOCTYPE)"),
    ("<a>" * 5_000 + "</a>" * 5_000, "nested too deeply"),
    ("<a>" + "x" * 1_000_001 + "</a>", "at most 1,000,000"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_XML, ids=range(len(BAD_XML)))
def test_xml_that_is_broken_or_could_do_harm_is_refused(text: str, sentence: str) -> None:
    error = refused("data.xml", text=text)
    assert sentence in str(error["message"])
    assert error["field"] == "text"
    assert error["fix"]


@pytest.mark.parametrize(("text", "value"), [x for x in XML if x[0] != XML[4][0]])
def test_data_becomes_xml_and_the_same_data_again(text: str, value: Json) -> None:
    written = made("data.xml", what="write", data=value)
    assert made("data.xml", text=written) == value


BAD_DATA: list[tuple[dict[str, Any], str]] = [
    ({"data": {"a": 1, "b": 2}}, "no single outermost field"),
    ({"data": [1]}, "no single outermost field"),
    ({"data": {"a b": 1}}, "“a b” cannot be the name"),
    ({"data": {}, "root": "1"}, "“1” cannot be the name"),
    ({"data": {"a": {"@x y": 1}}}, "“x y” cannot be the name"),
]


@pytest.mark.parametrize(("params", "sentence"), BAD_DATA)
def test_data_that_fits_no_xml_is_refused(params: Mapping[str, Any], sentence: str) -> None:
    assert sentence in str(refused("data.xml", what="write", **params)["message"])


TABLES: list[tuple[str, dict[str, Any], list[Json]]] = [
    ("a,b\n1,2", {}, [{"a": "1", "b": "2"}]),
    ("a;b\r\n1,5;2\r\n", {}, [{"a": "1,5", "b": "2"}]),
    ("a\tb\n1\t2", {}, [{"a": "1", "b": "2"}]),
    ('"a,x";b\n1;2', {}, [{"a,x": "1", "b": "2"}]),
    ('a,b\n"x\ny","say ""hi"""', {}, [{"a": "x\ny", "b": 'say "hi"'}]),
    ("a,a,\n1,2,3", {}, [{"a": "1", "a_2": "2", "column_3": "3"}]),
    ("a\n1,2\n3", {}, [{"a": "1", "column_2": "2"}, {"a": "3", "column_2": ""}]),
    ("\ufeffä\n\n1\n", {}, [{"ä": "1"}]),
    ("a\rb", {}, [{"a": "b"}]),
    ("1|2", {"header": False}, [{"column_1": "1", "column_2": "2"}]),
    ("1;2", {"header": False, "separator": "comma"}, [{"column_1": "1;2"}]),
    ("a", {}, []),
    ("", {}, []),
]


@pytest.mark.parametrize(("text", "params", "expected"), TABLES)
def test_a_table_becomes_items(text: str, params: Mapping[str, Any], expected: list[Json]) -> None:
    _, out = run_node("data.csv_read", {"text": text, **params}, [{}])
    assert out == {"out": expected}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("7", 7), ("-7", -7), ("1.50", 1.5), ("007", "007"), ("0.5", 0.5), ("0", 0), ("", "")]
    + [(text, text) for text in ("1,5", "1e5", "--1", "1-", "٣", "1_000", "inf", "+49 1", "-")],
)
def test_only_what_is_surely_a_number_becomes_one(cell: str, value: Json) -> None:
    text = f'a;b\n{cell};"x"'
    _, out = run_node("data.csv_read", {"text": text, "numbers": True}, [{}])
    assert out == {"out": [{"a": value, "b": "x"}]}


@pytest.mark.parametrize("text", ["," * 3_000 + "\nx", "," * 1_900 + "\n" + "x\n" * 600])
def test_a_small_text_cannot_become_a_huge_table(text: str) -> None:
    assert "The table is too large" in str(refused("data.csv_read", text=text)["message"])


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("-5", "-5"),
        (-5, "-5"),
        (None, ""),
        (True, "true"),
        ([1, 2], '"[1,2]"'),
        ('a"b', '"a""b"'),
        ("ä\nb", '"ä\nb"'),
    ],
)
def test_cells_are_written_so_that_nothing_is_worked_out(value: Json, cell: str) -> None:
    _, out = run_node("data.csv_write", {"header": False}, [{"a": value, "b": 1}])
    assert out == {"out": [{"csv": f"{cell},1\r\n"}]}


JSONS: list[tuple[str, Json]] = [
    ('{"a": [1, null, "ä"]}', {"a": [1, None, "ä"]}),
    ("```json\n[1]\n```", [1]),
    ("\n```\n{}\n```\n", {}),
    ("7", 7),
]


@pytest.mark.parametrize(("text", "expected"), JSONS)
def test_json_text_becomes_data_and_text_again(text: str, expected: Json) -> None:
    assert made("data.json", text={"$literal": text}) == expected
    written = made("data.json", what="write", data={"$literal": expected}, pretty=True)
    assert made("data.json", text={"$literal": written}) == expected


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[1,]", "NaN", '"\\ud800"', "[" * 5_000])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    error = refused("data.json", text={"$literal": text})
    assert error["class"] == "input"
    assert error["field"] == "text"


@pytest.mark.parametrize("type_name", ["data.text", "data.join_texts"])
def test_texts_of_strangers_stay_as_they_are(type_name: str) -> None:
    params = {"data.text": {"text": "{{ input.text }}"}, "data.join_texts": {"between": "|"}}
    items: list[Json] = [{"text": text} for text in HOSTILE]
    _, out = run_node(type_name, params[type_name], items)
    if type_name == "data.text":
        assert out == {"out": items}
    else:
        assert out == {"out": [{"text": "|".join(filter(None, HOSTILE))}]}
