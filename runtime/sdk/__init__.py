"""All that a node author imports. Pure: no Django, no Celery, no Redis, no HTTP library."""

from runtime.sdk.conditions import Conditions
from runtime.sdk.context import Context, Files, Flows, HttpClient, HttpReply, Logger
from runtime.sdk.errors import ErrorClass, NodeError, NotNowError, ProcessLostError
from runtime.sdk.items import FileRef, Item, Json
from runtime.sdk.loop import LoopKind, LoopSpec, Rounds
from runtime.sdk.node import (
    BatchNode,
    Effect,
    Example,
    JoinRule,
    Mode,
    Node,
    TriggerInfo,
)
from runtime.sdk.output import Output, Park, ParkKind, Respond, Resumed
from runtime.sdk.params import Kind, NodeParams, field
from runtime.sdk.policy import Backoff, Jitter, OnError, OnUnknown, Policy, Retry
from runtime.sdk.ports import Port, PortRows
from runtime.sdk.steps import Offer, Steps, Tool, ToolSource

__all__ = [
    "Backoff",
    "BatchNode",
    "Conditions",
    "Context",
    "Effect",
    "ErrorClass",
    "Example",
    "FileRef",
    "Files",
    "Flows",
    "HttpClient",
    "HttpReply",
    "Item",
    "Jitter",
    "JoinRule",
    "Json",
    "Kind",
    "Logger",
    "LoopKind",
    "LoopSpec",
    "Mode",
    "Node",
    "NodeError",
    "NodeParams",
    "NotNowError",
    "Offer",
    "OnError",
    "OnUnknown",
    "Output",
    "Park",
    "ParkKind",
    "Policy",
    "Port",
    "PortRows",
    "ProcessLostError",
    "Respond",
    "Resumed",
    "Retry",
    "Rounds",
    "Steps",
    "Tool",
    "ToolSource",
    "TriggerInfo",
    "field",
]
