"""A small picture of a graph, as SVG: boxes, wires, names. Pure; nothing in it is ever run."""

from collections.abc import Iterator, Mapping
from html import escape

from runtime.graph.document import Document, EdgeSpec, NodeSpec
from runtime.sdk import Node

WIDTH, HEIGHT, MARGIN = 220, 64, 16
LONGEST_NAME = 24
# The canvas's hues (frontend/src/ui/theme.ts); others are grey.
HUES = {"start": 28, "flow": 265, "data": 172, "ai": 322, "network": 215, "code": 235}


def draw(document: Document, types: Mapping[str, type[Node]]) -> str:
    """Return the SVG; colours of text and lines are those of the page around it."""
    if not document.nodes:
        return ""
    left = min(node.position.x for node in document.nodes) - MARGIN
    top = min(node.position.y for node in document.nodes) - MARGIN
    right = max(node.position.x for node in document.nodes) + WIDTH + MARGIN
    bottom = max(node.position.y for node in document.nodes) + HEIGHT + MARGIN
    box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
    names = ", ".join(node.label for node in document.nodes)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" ',
            f'aria-label="{escape(names)}" class="w-full h-full" ',
            'preserveAspectRatio="xMidYMid meet" fill="none" stroke="currentColor">',
            *_wires(document),
            *(part for node in document.nodes for part in _box(node, types.get(node.type))),
            "</svg>",
        ]
    )


def _wires(document: Document) -> Iterator[str]:
    nodes = {node.id: node for node in document.nodes}
    for edge in document.edges:
        if edge.source in nodes and edge.target in nodes:
            yield _wire(nodes[edge.source], nodes[edge.target], edge)


def _wire(source: NodeSpec, target: NodeSpec, edge: EdgeSpec) -> str:
    if edge.to_tool:
        return _hang(source, target)
    x1, y1 = source.position.x + WIDTH, source.position.y + HEIGHT / 2
    x2, y2 = target.position.x, target.position.y + HEIGHT / 2
    bend = max(40.0, abs(x2 - x1) / 2)
    return (
        f'<path d="M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} '
        f'{x2:.0f} {y2:.0f}" stroke-width="3" opacity=".45"/>'
    )


def _hang(source: NodeSpec, tool: NodeSpec) -> str:
    """A tool hangs below the step that may use it."""
    x1, y1 = source.position.x + WIDTH / 2, source.position.y + HEIGHT
    x2, y2 = tool.position.x + WIDTH / 2, tool.position.y
    bend = abs(y2 - y1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} '
        f'{x2:.0f} {y2:.0f}" stroke-width="3" opacity=".45" stroke-dasharray="6 6"/>'
    )


def _box(node: NodeSpec, node_type: type[Node] | None) -> Iterator[str]:
    x, y = node.position.x, node.position.y
    name = node.label if len(node.label) <= LONGEST_NAME else f"{node.label[: LONGEST_NAME - 1]}…"
    hue = HUES.get(_category(node_type))
    colour = "#888" if hue is None else f"hsl({hue} 55% 50%)"
    yield (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="10" '
        'stroke-width="2" stroke-opacity=".35" fill="currentColor" fill-opacity=".04"/>'
    )
    yield (
        f'<rect x="{x:.0f}" y="{y + 12:.0f}" width="6" height="{HEIGHT - 24}" rx="3" '
        f'fill="{colour}" stroke="none"/>'
    )
    yield (
        f'<text x="{x + 20:.0f}" y="{y + HEIGHT / 2 + 6:.0f}" font-size="17" fill="currentColor" '
        f'stroke="none">{escape(name)}</text>'
    )


def _category(node_type: type[Node] | None) -> str:
    if node_type is None:
        return ""
    return "start" if node_type.trigger is not None else node_type.category.lower()
