"""From what each item gave to what the step sends by each port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runtime.engine.lineage import IDENTITY, Origins
from runtime.graph.plan import PlanNode
from runtime.sdk import ErrorClass, Item, Json, NodeError, OnError, Output
from runtime.sdk.output import OUT
from runtime.sdk.ports import ERROR_PORT


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that failed for good."""

    error: NodeError

    def dump(self) -> dict[str, Json]:
        """What travels with the item and what the journal keeps."""
        return dump_error(self.error)


@dataclass(slots=True)
class StepResult:
    """What a step sends. A port that is missing from `outputs` is dead."""

    outputs: dict[str, Sequence[Item]]
    origins: dict[str, Origins]
    failures: int = 0
    first_error: NodeError | None = None
    why: str | None = None


@dataclass(slots=True)
class _Port:
    items: list[Item] = field(default_factory=list)
    origins: list[Sequence[int] | None] = field(default_factory=list)


def dump_error(error: NodeError) -> dict[str, Json]:
    """An error as JSON: message, class, and what is known of it."""
    dumped: dict[str, Json] = {"message": error.message, "class": error.error_class.value}
    if error.status is not None:
        dumped["status"] = error.status
    if error.fix:
        dumped["fix"] = error.fix
    if error.field:
        dumped["field"] = error.field
    if error.retryable is not None:
        dumped["retryable"] = error.retryable
    return dumped


_CLASSES = {error_class.value: error_class for error_class in ErrorClass}


def load_error(stored: Mapping[str, Json] | None) -> NodeError:
    """Read back what `dump_error` made."""
    error = stored or {}
    status, fix = error.get("status"), error.get("fix")
    return NodeError(
        str(error.get("message", "It failed.")),
        error_class=_CLASSES.get(str(error.get("class")), ErrorClass.OTHER),
        status=status if isinstance(status, int) else None,
        fix=fix if isinstance(fix, str) else None,
    )


class StoppedItemError(Exception):
    """An item failed for good and its step's policy is to stop the flow."""

    def __init__(self, error: NodeError) -> None:
        super().__init__(error.message)
        self.error = error


def as_node_error(error: BaseException) -> NodeError:
    """Whatever a node raised, as something a person can read."""
    if isinstance(error, NodeError):
        return error
    return NodeError(
        f"The step broke in a way nobody foresaw: {type(error).__name__}: {error}",
        retryable=False,
        fix="Look at the data that went in; if it is right, this is a fault in the step itself.",
    )


def took_too_long(limit: float | None) -> NodeError:
    """A try was cut off by its time limit."""
    return NodeError(
        f"This took longer than {limit:g} seconds." if limit else "This took too long.",
        error_class=ErrorClass.TIMEOUT,
        fix="Allow more time in the tab “When it fails”, or ask for less at once.",
    )


def stopped_by_a_person() -> NodeError:
    """Nobody knew whether it had happened, and a person said to stop."""
    return NodeError(
        "A person decided to stop here, because it was not known whether this "
        "step had already happened.",
        retryable=False,
    )


def combine(
    node: PlanNode, items: Sequence[Item], results: Sequence[Output | Failure]
) -> StepResult:
    """Put the results of *each* items together, in their order, by the node's error policy."""
    ports: dict[str, _Port] = {}
    failures = 0
    first_error: NodeError | None = None
    simple = True
    for index, result in enumerate(results):
        if isinstance(result, Failure):
            failures += 1
            first_error = first_error or result.error
            port, item = _replacement(node, items[index], result)
            _append(ports, port, item, (index,))
            simple = False
            continue
        for name, produced in result.ports.items():
            for made in produced:
                _append(ports, name, made, (index,))
            simple = simple and len(produced) == 1
        simple = simple and len(result.ports) == 1
    outputs: dict[str, Sequence[Item]] = {name: p.items for name, p in ports.items()}
    origins: dict[str, Origins] = {name: p.origins for name, p in ports.items()}
    if simple and len(ports) == 1:
        origins = dict.fromkeys(origins, IDENTITY)
    return _with_dead_ports(node, len(items), StepResult(outputs, origins, failures, first_error))


def whole(node: PlanNode, received: int, result: Output | Failure) -> StepResult:
    """The result of an *all* node: its items say themselves what they came from."""
    if isinstance(result, Failure):
        port, item = _replacement(node, Item(None), result)
        failed = StepResult({port: [item]}, {port: [None]}, 1, result.error)
        return _with_dead_ports(node, max(received, 1), failed)
    outputs: dict[str, Sequence[Item]] = {n: list(items) for n, items in result.ports.items()}
    origins: dict[str, Origins] = {
        n: [None if i.origin is None else list(i.origin) for i in items]
        for n, items in outputs.items()
    }
    return _with_dead_ports(node, received, StepResult(outputs, origins))


def passed_through(node: PlanNode, items: Sequence[Item]) -> StepResult:
    """A disabled step: its items go on by its first exit (a loop's by the last), if it has one."""
    if not node.ports_out:
        return StepResult({}, {}, why="This step is switched off.")
    port = node.ports_out[-1] if node.type.loop else node.ports_out[0]
    return StepResult({port: items}, {port: IDENTITY}, why="This step is switched off.")


def nothing(node: PlanNode) -> StepResult:
    """Nothing came, so nothing goes: every exit sends an empty list."""
    ports = [port for port in node.ports_out if port != ERROR_PORT]
    return StepResult({p: [] for p in ports}, dict.fromkeys(ports, IDENTITY), why="Nothing to do.")


def _append(ports: dict[str, _Port], name: str, item: Item, origin: Sequence[int]) -> None:
    port = ports.get(name)
    if port is None:
        port = ports[name] = _Port()
    port.items.append(item)
    port.origins.append(origin)


def _replacement(node: PlanNode, item: Item, failure: Failure) -> tuple[str, Item]:
    on_error = node.policy.on_error
    error: Json = failure.dump()
    if on_error is OnError.ERROR_PORT:
        return ERROR_PORT, Item({"item": item.json, "error": error}, item.files)
    main = node.type.fails_by or (node.ports_out[0] if node.ports_out else OUT)
    if on_error is OnError.DEFAULT:
        return main, Item(node.policy.default_value, item.files)
    if isinstance(item.json, dict):
        return main, Item({**item.json, "error": error}, item.files)
    return main, Item({"value": item.json, "error": error}, item.files)


def _with_dead_ports(node: PlanNode, received: int, result: StepResult) -> StepResult:
    """Decide which silent ports are dead and which only have nothing to say.

    Empty is not skipped: a routing step that had items and sent none by an exit closes that exit;
    one that had none sends empty lists. The error exit is closed whenever nothing failed, and
    the main exit of a step all of whose items failed over to the error exit.
    """
    closes = node.type.routes and received > 0
    for port in node.ports_out:
        if port in result.outputs:
            continue
        all_failed = port != ERROR_PORT and 0 < received <= result.failures
        if port == ERROR_PORT or closes or (all_failed and ERROR_PORT in result.outputs):
            continue
        result.outputs[port], result.origins[port] = [], IDENTITY
    return result


def counts(outputs: Mapping[str, Sequence[Item]]) -> dict[str, int]:
    """Items by port, as the wires show them."""
    return {port: len(items) for port, items in outputs.items()}
