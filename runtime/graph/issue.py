"""A finding about a document: where, what, and how to mend it. On the screen: a Problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    ERROR = "error"  # prevents publishing and running
    WARNING = "warning"
    ADVICE = "advice"  # it works; said before publishing, not while drawing


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `node` is a node's id, `key` its key, `field` a path into its params."""

    code: str
    message: str
    fix: str = ""
    severity: Severity = Severity.ERROR
    node: str | None = None
    key: str | None = None
    field: str | None = None
    edge: dict[str, str] | None = None
    action: dict[str, Any] | None = None

    def dump(self) -> dict[str, Any]:
        """The issue as the API sends it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "fix": self.fix,
            "node": self.node,
            "key": self.key,
            "field": self.field,
            "edge": self.edge,
            "action": self.action,
        }


class DocumentError(Exception):
    """The document cannot be read at all; it is not saved."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__("; ".join(issue.message for issue in issues[:3]))
        self.issues = issues
