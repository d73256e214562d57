"""Pages by id: rows are made with ids that grow with time, so a cursor is the last id seen."""

from typing import TypeVar
from uuid import UUID

from django.db import models
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

Row = TypeVar("Row", bound=models.Model)
PAGE = 50


def page_of(rows: models.QuerySet[Row], request: Request) -> tuple[list[Row], str | None]:
    """Return one page, the newest first, and the next page's address (None at the end)."""
    cursor = request.query_params.get("cursor")
    if cursor:
        try:
            rows = rows.filter(id__lt=UUID(cursor))
        except ValueError:
            raise ValidationError({"cursor": "This is not a page of this list."}) from None
    found = list(rows.order_by("-id")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, None
    query = request.query_params.copy()
    query["cursor"] = str(found[PAGE - 1].pk)
    return found[:PAGE], f"{request.path}?{query.urlencode()}"
