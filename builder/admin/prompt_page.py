"""What a prompt's page shows besides its form: its versions with what changed, and who uses it."""

from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from builder.models import Prompt, PromptVersion
from builder.services.prompt_diff import prompt_diff
from builder.services.prompt_uses import Use, uses_of
from runtime.admin.cells import link

MOST = 30  # versions shown with what changed


def prompt_page(prompt: Prompt, request: HttpRequest) -> dict[str, Any]:
    """Return the page's context."""
    rows = list(prompt.versions.select_related("author")[: MOST + 1])
    before: list[PromptVersion | None] = [new for _old, new in pairwise(rows)]
    before += [None] * (len(rows) - len(before))
    return {
        "prompt": prompt,
        "may_change": request.user.has_perm("builder.change_prompt", prompt),
        "uses": {
            "headers": [_("Flow"), _("Step"), _("Where"), _("Version")],
            "rows": [_use(use, rows[0].number) for use in uses_of(prompt)],
        },
        "prompt_versions": [
            _version(row, old, newest=row is rows[0])
            for row, old in zip(rows[:MOST], before, strict=False)
        ],
    }


def _version(row: PromptVersion, old: PromptVersion | None, *, newest: bool) -> dict[str, Any]:
    return {
        "row": row,
        "author": row.author.get_username() if row.author else "Segue",
        "newest": newest,
        "diff": prompt_diff(old, row) if old is not None else None,
    }


def _use(use: Use, newest: int) -> list[Any]:
    where = _("live") if use.where == "live" else _("draft")
    kept = _("always the newest (v%d)") % newest if use.version is None else f"v{use.version}"
    return [link(reverse("canvas", args=[use.flow_id]), use.flow_name), use.step, where, kept]
