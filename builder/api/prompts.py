"""`/api/prompts/`: the library of prompts, and their versions."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.models import Prompt, PromptVersion
from builder.services.prompt_uses import Use, uses_of
from builder.services.prompts import (
    add_prompt,
    archive_prompt,
    delete_prompt,
    describe_prompt,
    restore_prompt,
    write_version,
)
from builder.services.take_prompt import take_prompt
from runtime.api.base import ScopedView
from runtime.expressions.wording import needed_of


class PromptVersionSchema(serializers.Serializer[object]):
    number = serializers.IntegerField()
    text = serializers.CharField()
    system = serializers.CharField()
    variables = serializers.ListField(child=serializers.CharField())
    needed = serializers.ListField(
        child=serializers.CharField(),
        help_text="Those variables that have nothing to fall back on.",
    )
    note = serializers.CharField()
    author = serializers.CharField()
    written_at = serializers.DateTimeField()


class PromptUseSchema(serializers.Serializer[object]):
    flow = serializers.UUIDField()
    flow_name = serializers.CharField()
    step = serializers.CharField()
    where = serializers.ChoiceField(choices=["draft", "live"])
    version = serializers.IntegerField(allow_null=True, help_text="Null: always the newest.")


class PromptSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    about = serializers.CharField()
    archived = serializers.BooleanField()
    versions = PromptVersionSchema(many=True, help_text="The newest first.")


class PromptDetailSchema(PromptSchema):
    used_by = PromptUseSchema(many=True)


class PromptListSchema(serializers.Serializer[object]):
    results = PromptSchema(many=True)


class WritePromptSchema(serializers.Serializer[object]):
    text = serializers.CharField()
    system = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class AddPromptSchema(WritePromptSchema):
    name = serializers.CharField(max_length=120)
    about = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ChangePromptSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120, required=False)
    about = serializers.CharField(required=False, allow_blank=True, max_length=500)
    archived = serializers.BooleanField(required=False)


class TakePromptSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120)
    text = serializers.CharField()
    system = serializers.CharField(required=False, allow_blank=True, default="")


class TakenPromptSchema(serializers.Serializer[object]):
    prompt = PromptSchema()
    value = serializers.DictField(help_text="What the step's setting holds from now on.")


class PromptsView(ScopedView):
    permissions = {"GET": "builder.view_prompt", "POST": "builder.add_prompt"}

    @extend_schema(operation_id="prompts_list", responses=PromptListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's prompts with all their versions, archived ones too."""
        rows = Prompt.objects.in_workspace(self.workspace())
        rows = rows.prefetch_related("versions__author")
        return Response({"results": [prompt_json(row) for row in rows]})

    @extend_schema(request=AddPromptSchema, responses={201: PromptDetailSchema})
    def post(self, request: Request) -> Response:
        """Add a prompt."""
        values = checked(AddPromptSchema, request)
        prompt = add_prompt(workspace_id=self.workspace(), actor=request.user, **values)
        return Response(detail_json(prompt), status=status.HTTP_201_CREATED)


class PromptView(ScopedView):
    permissions = {
        "GET": "builder.view_prompt",
        "PATCH": "builder.change_prompt",
        "DELETE": "builder.delete_prompt",
    }

    @extend_schema(responses=PromptDetailSchema)
    def get(self, request: Request, prompt_id: UUID) -> Response:
        """Return one prompt, and which flows use it."""
        return Response(detail_json(self.find(Prompt.objects.all(), id=prompt_id)))

    @extend_schema(request=ChangePromptSchema, responses=PromptDetailSchema)
    def patch(self, request: Request, prompt_id: UUID) -> Response:
        """Rename a prompt, describe it, archive it or take it out again."""
        prompt = self.find(Prompt.objects.all(), id=prompt_id)
        values = checked(ChangePromptSchema, request)
        away = values.pop("archived", None)
        if values:
            describe_prompt(prompt, actor=request.user, **values)
        if away is not None:
            archive_prompt(prompt, actor=request.user, away=away)
        return Response(detail_json(prompt))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, prompt_id: UUID) -> Response:
        """Delete a prompt that no flow uses."""
        prompt = self.find(Prompt.objects.all(), id=prompt_id)
        delete_prompt(prompt, actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PromptVersionsView(ScopedView):
    permissions = {"POST": "builder.change_prompt"}

    @extend_schema(request=WritePromptSchema, responses={201: PromptVersionSchema})
    def post(self, request: Request, prompt_id: UUID) -> Response:
        """Write the next version."""
        prompt = self.find(Prompt.objects.all(), id=prompt_id)
        version = write_version(prompt, actor=request.user, **checked(WritePromptSchema, request))
        return Response(version_json(version), status=status.HTTP_201_CREATED)


class RestorePromptView(ScopedView):
    permissions = {"POST": "builder.change_prompt"}

    @extend_schema(request=None, responses={201: PromptVersionSchema})
    def post(self, request: Request, prompt_id: UUID, number: int) -> Response:
        """Write what an earlier version said as the next one."""
        prompt = self.find(Prompt.objects.all(), id=prompt_id)
        version = restore_prompt(prompt, number, actor=request.user)
        return Response(version_json(version), status=status.HTTP_201_CREATED)


class TakePromptView(ScopedView):
    permissions = {"POST": "builder.add_prompt"}

    @extend_schema(request=TakePromptSchema, responses={201: TakenPromptSchema})
    def post(self, request: Request) -> Response:
        """Take a step's own words into the library, with variables in place of its data."""
        values = checked(TakePromptSchema, request)
        taken = take_prompt(workspace_id=self.workspace(), actor=request.user, **values)
        answer = {"prompt": prompt_json(taken.prompt), "value": taken.value}
        return Response(answer, status=status.HTTP_201_CREATED)


def prompt_json(row: Prompt) -> dict[str, Any]:
    """Return a prompt as the API shows it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "about": row.about,
        "archived": row.archived_at is not None,
        "versions": [version_json(version) for version in row.versions.all()],
    }


def detail_json(row: Prompt) -> dict[str, Any]:
    """Return a prompt with the flows that use it."""
    return {**prompt_json(row), "used_by": [_use_json(use) for use in uses_of(row)]}


def version_json(row: PromptVersion) -> dict[str, Any]:
    """Return a version as the API shows it."""
    needed = needed_of(row.system, row.text)
    return {
        "number": row.number,
        "text": row.text,
        "system": row.system,
        "variables": row.variables,
        "needed": [name for name in row.variables if name in needed],
        "note": row.note,
        "author": row.author.get_username() if row.author else "Segue",
        "written_at": row.written_at.isoformat(),
    }


def _use_json(use: Use) -> dict[str, Any]:
    return {
        "flow": str(use.flow_id),
        "flow_name": use.flow_name,
        "step": use.step,
        "where": use.where,
        "version": use.version,
    }
