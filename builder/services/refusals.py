"""Why a service did not do what it was asked: each a sentence for the person who can act.

Views turn `status` into the answer's code; nothing here knows of HTTP beyond that number.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from runtime.graph.issue import Issue
from runtime.services.spoken import spoken, spoken_issue


def told(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Return problems as the API sends them, in the reader's language."""
    return [spoken_issue(issue.dump()) for issue in issues]


class Refusal(Exception):  # noqa: N818  (it is an answer, not an accident)
    """Something was not done, and this is why."""

    status = 400

    def __init__(self, message: object, **more: Any) -> None:
        super().__init__(str(message))
        self.message = message
        self.more = more


class NotPossibleError(Refusal):
    """What was asked makes no sense now (no published version to switch on, a name missing)."""

    status = 400


class BadDocumentError(Refusal):
    """The document cannot be read; nothing was saved."""

    status = 400

    def __init__(self, issues: Sequence[Issue]) -> None:
        first = spoken(issues[0].message) if issues else _("This is not a flow document.")
        super().__init__(first, issues=told(issues))


class StaleDraftError(Refusal):
    """Somebody else saved the draft meanwhile. Carries theirs, so that nobody's work is lost."""

    status = 409

    def __init__(self, revision: int, graph: dict[str, Any], updated_by: str | None) -> None:
        who = updated_by or _("Somebody")
        super().__init__(
            _("%(who)s changed this flow after you opened it.") % {"who": who},
            revision=revision,
            graph=graph,
            updated_by=updated_by,
        )


class HasProblemsError(Refusal):
    """The flow has problems of the serious kind; each names its step and field."""

    status = 422

    def __init__(self, issues: Sequence[Issue]) -> None:
        count = sum(1 for issue in issues if issue.severity == "error")
        super().__init__(
            ngettext(
                "One problem has to be solved first.",
                "%(count)d problems have to be solved first.",
                count,
            )
            % {"count": count},
            issues=told(issues),
        )
