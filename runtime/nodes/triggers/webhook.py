"""Started by a call from another system."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from runtime.sdk import BatchNode, Example, Item, Kind, NodeParams, Output, Port, TriggerInfo, field
from runtime.sdk.node import Finding

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?")
_CHANGING = re.compile(r"\{([A-Za-z0-9_]+)\}")
_MOST_PARTS = 5  # slashes in an address with changing parts
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Webhook(BatchNode):
    """Start the flow when another system calls an address."""

    type, version = "trigger.webhook", 1
    name, category, icon = "Webhook", "Triggers", "webhook"
    keywords = ("http", "call", "url", "api", "hook")
    summary = "{methods} /hooks/{path}"
    inputs, outputs = (), (Port("out"),)
    trigger = TriggerInfo("webhook", "A call from another system")

    class Params(NodeParams):
        path: str = field(
            Kind.WEBHOOK_PATH,
            label="Address",
            help="The last part of the address other systems call. With {id} in it, any text may "
            "stand there, and comes along as params.id: orders/{id}.",
            placeholder="new-order",
            min_length=1,
            max_length=120,
            pattern=r"^[A-Za-z0-9_-]+(?:/(?:[A-Za-z0-9_-]+|\{[A-Za-z_][A-Za-z0-9_]{0,39}\}))*$",
        )
        methods: tuple[Method, ...] = field(
            Kind.LIST,
            ("POST",),
            label="Allowed methods",
            help="How the address may be called.",
            min_length=1,
            templates=False,
            choices={m: m for m in ("GET", "POST", "PUT", "PATCH", "DELETE")},
        )
        answer: Literal["at_once", "when_finished", "by_respond", "stream"] = field(
            Kind.CHOICE,
            "at_once",
            label="Answer",
            help="What the caller gets back, and when.",
            choices={
                "at_once": "At once: “accepted”",
                "when_finished": "When the flow has finished: its result",
                "by_respond": "By a step “Respond”",
                "stream": "Word by word, as a model says it (server-sent events)",
            },
        )
        connection: str | None = field(
            Kind.CREDENTIAL,
            None,
            label="Only calls that prove who they are",
            help="Choose the connection with the password, token or signing secret that callers "
            "use. Without one anybody who knows the address can start the flow.",
            direction="in",
        )
        networks: tuple[str, ...] = field(
            Kind.LIST,
            (),
            label="Only from these networks",
            help="Addresses or ranges of addresses. Empty: from everywhere.",
            placeholder="203.0.113.0/24",
            advanced=True,
            templates=False,
            max_length=100,
        )
        origins: tuple[str, ...] = field(
            Kind.LIST,
            (),
            label="Web pages that may call it from a browser",
            help="Where those pages come from, for example https://shop.example.com, or * for all "
            "pages. Other systems do not need this.",
            advanced=True,
            templates=False,
            max_length=50,
        )
        most_per_minute: int = field(
            Kind.INTEGER,
            0,
            label="Most calls a minute",
            help="Further calls are told to come back later. 0 means as many as come.",
            advanced=True,
            ge=0,
            le=1_000_000,
            templates=False,
        )
        max_body_kb: int = field(
            Kind.INTEGER,
            1024,
            label="Largest body (kB)",
            help="Larger calls are refused.",
            advanced=True,
            ge=1,
            le=10_000,
            templates=False,
        )
        max_files_mb: int = field(
            Kind.INTEGER,
            10,
            label="Largest call with files (MB)",
            help="A form with files, or a body that is one, such as a picture. Files come beside "
            "the data. 0 means that this address takes no files.",
            advanced=True,
            ge=0,
            le=500,
            templates=False,
        )

    examples = (
        Example(
            "A call comes in",
            {"path": "new-order"},
            input=[{"body": {"id": 7}, "query": {}, "headers": {}, "method": "POST"}],
            output={"out": [{"body": {"id": 7}, "query": {}, "headers": {}, "method": "POST"}]},
        ),
    )
    output_sample = {
        "method": "POST",
        "path": "new-order",
        "query": {},
        "headers": {"content-type": "application/json"},
        "body": {"id": 7, "customer": "Ada", "total": 120},
    }

    def run_batch(self, params: Sequence[Any], items: Sequence[Item]) -> Sequence[Output]:
        return [Output.items((item,)) for item in items]

    @classmethod
    def looks_on(cls, raw: Mapping[str, Any]) -> bool:
        return raw.get("answer") == "stream"

    @classmethod
    def check(cls, params: Any) -> Sequence[Finding]:
        findings: list[Finding] = []
        named = _CHANGING.findall(params.path)
        if len(set(named)) < len(named):
            findings.append(("path", "Two parts of the address have the same name."))
        if named and params.path.count("/") > _MOST_PARTS:
            sentence = f"An address with changing parts may have {_MOST_PARTS + 1} parts at most."
            findings.append(("path", sentence))
        if params.path.split("/")[0] == "test":
            findings.append(("path", "Addresses that begin with “test” are kept for drafts."))
        for number, network in enumerate(params.networks):
            if not _is_network(network):
                sentence = f"“{network}” is no network address."
                fix = "Write an address like 203.0.113.7, or a range like 203.0.113.0/24."
                findings.append((f"networks.{number}", sentence, fix))
        for number, origin in enumerate(params.origins):
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                sentence = f"“{origin}” is not where a web page comes from."
                fix = "Write https:// and the host, without a path: https://shop.example.com."
                findings.append((f"origins.{number}", sentence, fix))
        return findings


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True
