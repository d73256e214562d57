"""Queries that name the workspace they stay in."""

from collections.abc import Iterable
from typing import Self, TypeVar
from uuid import UUID

from django.db import models

RowT_co = TypeVar("RowT_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[RowT_co]):
    """Rows that belong to a workspace."""

    def in_workspace(self, workspace_id: UUID) -> Self:
        """Keep the rows of one workspace."""
        return self.filter(workspace_id=workspace_id)

    def in_workspaces(self, workspace_ids: Iterable[UUID]) -> Self:
        """Keep the rows of any of these workspaces."""
        return self.filter(workspace_id__in=list(workspace_ids))
