"""The run-time tables. The journal writes them with plain SQL; Django owns the schema."""

from runtime.models.alert import FlowAlert
from runtime.models.answer import AlikeAnswer, KnownAnswer, KnownVector
from runtime.models.credential import Credential
from runtime.models.day_figures import DayFigures
from runtime.models.delivery import Delivery
from runtime.models.entry import Entry, PinnedCall
from runtime.models.fact import Fact
from runtime.models.file_use import FileUse
from runtime.models.kept_run import KeptRun
from runtime.models.knowledge import Collection, Document, Passage
from runtime.models.mailbox import Mailbox
from runtime.models.memory import Deed, MemoryEntry
from runtime.models.model_budget import (
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    BudgetUse,
    ModelBudget,
)
from runtime.models.model_call import CallStatus, ModelCall, ModelDesk, ModelQueue
from runtime.models.outbox import OutboxMail
from runtime.models.page import Page
from runtime.models.payload import Payload
from runtime.models.retention import Retention
from runtime.models.route import Route
from runtime.models.run import Run, RunMode, RunStatus
from runtime.models.schedule import Schedule
from runtime.models.snapshot import Snapshot
from runtime.models.step import (
    Attempt,
    AttemptStatus,
    LogLevel,
    LogLine,
    Step,
    StepStatus,
)
from runtime.models.table import DataColumn, DataRow, DataTable
from runtime.models.wait import Wait, WaitKind, WaitStatus
from runtime.models.worker import Worker

__all__ = [
    "AlikeAnswer",
    "Attempt",
    "AttemptStatus",
    "BudgetPeriod",
    "BudgetScope",
    "BudgetUnit",
    "BudgetUse",
    "CallStatus",
    "Collection",
    "Credential",
    "DataColumn",
    "DataRow",
    "DataTable",
    "DayFigures",
    "Deed",
    "Delivery",
    "Document",
    "Entry",
    "Fact",
    "FileUse",
    "FlowAlert",
    "KeptRun",
    "KnownAnswer",
    "KnownVector",
    "LogLevel",
    "LogLine",
    "Mailbox",
    "MemoryEntry",
    "ModelBudget",
    "ModelCall",
    "ModelDesk",
    "ModelQueue",
    "OutboxMail",
    "Page",
    "Passage",
    "Payload",
    "PinnedCall",
    "Retention",
    "Route",
    "Run",
    "RunMode",
    "RunStatus",
    "Schedule",
    "Snapshot",
    "Step",
    "StepStatus",
    "Wait",
    "WaitKind",
    "WaitStatus",
    "Worker",
]
