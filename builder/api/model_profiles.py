"""`/api/model-profiles/`: the models that steps may use."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.checking import checked
from builder.models import ModelProfile
from builder.models.model_profile import Provider, Purpose
from builder.services.model_profiles import delete_model_profile, save_model_profile
from runtime.api.base import ScopedView


class ModelProfileSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    provider = serializers.ChoiceField(choices=Provider.values)
    model = serializers.CharField()
    base_url = serializers.CharField()
    credential = serializers.UUIDField(allow_null=True)
    is_practice = serializers.BooleanField()
    context_tokens = serializers.IntegerField()
    patience_seconds = serializers.IntegerField()
    fallback = serializers.UUIDField(allow_null=True)
    price_in = serializers.FloatField()
    price_out = serializers.FloatField()
    calls_a_minute = serializers.IntegerField()
    tokens_a_minute = serializers.IntegerField()
    at_once = serializers.IntegerField()
    native_tools = serializers.BooleanField()
    purpose = serializers.ChoiceField(choices=Purpose.values)
    texts_at_once = serializers.IntegerField()
    ready = serializers.BooleanField()


class ModelProfileListSchema(serializers.Serializer[object]):
    results = ModelProfileSchema(many=True)


class SaveModelProfileSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120)
    provider = serializers.ChoiceField(
        choices=Provider.values, default=Provider.OPENAI_COMPATIBLE.value
    )
    model = serializers.CharField(max_length=200, required=False, allow_blank=True)
    base_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    credential = serializers.UUIDField(required=False, allow_null=True)
    context_tokens = serializers.IntegerField(min_value=256, required=False)
    patience_seconds = serializers.IntegerField(min_value=1, max_value=3600, required=False)
    fallback = serializers.UUIDField(required=False, allow_null=True)
    price_in = serializers.DecimalField(12, 6, min_value=0, required=False)
    price_out = serializers.DecimalField(12, 6, min_value=0, required=False)
    calls_a_minute = serializers.IntegerField(min_value=0, required=False)
    tokens_a_minute = serializers.IntegerField(min_value=0, required=False)
    at_once = serializers.IntegerField(min_value=0, required=False)
    native_tools = serializers.BooleanField(required=False)
    purpose = serializers.ChoiceField(choices=Purpose.values, required=False)
    texts_at_once = serializers.IntegerField(min_value=1, max_value=2048, required=False)


class ModelProfileChangeSchema(SaveModelProfileSchema):
    name = serializers.CharField(max_length=120, required=False)
    provider = serializers.ChoiceField(choices=Provider.values, required=False)


class ModelProfilesView(ScopedView):
    permissions = {"GET": "builder.view_modelprofile", "POST": "builder.add_modelprofile"}

    @extend_schema(operation_id="model_profiles_list", responses=ModelProfileListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's models."""
        rows = ModelProfile.objects.in_workspace(self.workspace())
        return Response({"results": [profile_json(row) for row in rows]})

    @extend_schema(request=SaveModelProfileSchema, responses={201: ModelProfileSchema})
    def post(self, request: Request) -> Response:
        """Add a model."""
        profile = ModelProfile(workspace_id=self.workspace())
        save_model_profile(
            profile, _values(checked(SaveModelProfileSchema, request)), actor=request.user
        )
        return Response(profile_json(profile), status=status.HTTP_201_CREATED)


class ModelProfileView(ScopedView):
    permissions = {
        "GET": "builder.view_modelprofile",
        "PATCH": "builder.change_modelprofile",
        "DELETE": "builder.delete_modelprofile",
    }

    @extend_schema(responses=ModelProfileSchema)
    def get(self, request: Request, profile_id: UUID) -> Response:
        """Return one model."""
        return Response(profile_json(self.find(ModelProfile.objects.all(), id=profile_id)))

    @extend_schema(request=ModelProfileChangeSchema, responses=ModelProfileSchema)
    def patch(self, request: Request, profile_id: UUID) -> Response:
        """Change a model."""
        profile = self.find(ModelProfile.objects.all(), id=profile_id)
        values = _values(checked(ModelProfileChangeSchema, request))
        return Response(profile_json(save_model_profile(profile, values, actor=request.user)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, profile_id: UUID) -> Response:
        """Delete a model."""
        profile = self.find(ModelProfile.objects.all(), id=profile_id)
        delete_model_profile(profile, actor=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def profile_json(row: ModelProfile) -> dict[str, Any]:
    """Return a model as the API shows it; its connection by id only."""
    return {
        "id": str(row.id),
        "name": row.name,
        "provider": row.provider,
        "model": row.model,
        "base_url": row.base_url,
        "credential": str(row.credential_id) if row.credential_id else None,
        "is_practice": row.is_practice,
        "context_tokens": row.context_tokens,
        "patience_seconds": row.patience_seconds,
        "fallback": str(row.fallback_id) if row.fallback_id else None,
        "price_in": float(row.price_in),
        "price_out": float(row.price_out),
        "calls_a_minute": row.calls_a_minute,
        "tokens_a_minute": row.tokens_a_minute,
        "at_once": row.at_once,
        "native_tools": row.native_tools,
        "purpose": row.purpose,
        "texts_at_once": row.texts_at_once,
        "ready": row.is_practice or bool(row.base_url and row.model),
    }


def _values(values: dict[str, Any]) -> dict[str, Any]:
    if "credential" in values:
        values["credential_id"] = values.pop("credential")
    if "fallback" in values:
        values["fallback_id"] = values.pop("fallback")
    return values
