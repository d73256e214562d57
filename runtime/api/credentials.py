"""`/api/credentials/`: connections. Secrets go in by here and never come out."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from runtime.api.base import ScopedView
from runtime.models import Credential
from runtime.services.credentials import (
    CREDENTIAL_TYPES,
    CredentialType,
    delete_credential,
    save_credential,
)
from runtime.services.spoken import spoken
from runtime.services.test_credential import test_credential


class CredentialSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.CharField()
    # Named by the contract; the name hides an attribute DRF itself uses only on bound serializers.
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    allowed_hosts = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()
    signs = serializers.BooleanField()
    proves = serializers.BooleanField()


class CredentialListSchema(serializers.Serializer[object]):
    results = CredentialSchema(many=True)


class SaveCredentialSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120)
    type = serializers.CharField(max_length=60)
    secret = serializers.DictField(
        child=serializers.CharField(max_length=20_000, allow_blank=True), required=False
    )
    allowed_hosts = serializers.ListField(
        child=serializers.CharField(max_length=255, allow_blank=True), required=False, max_length=50
    )


class CredentialChangeSchema(SaveCredentialSchema):
    name = serializers.CharField(max_length=120, required=False)
    type = serializers.CharField(max_length=60, required=False)


class CredentialTestSchema(serializers.Serializer[object]):
    ok = serializers.BooleanField()
    message = serializers.CharField()


class CredentialsView(ScopedView):
    permissions = {"GET": "runtime.view_credential", "POST": "runtime.add_credential"}

    @extend_schema(operation_id="credentials_list", responses=CredentialListSchema)
    def get(self, request: Request) -> Response:
        """Return the workspace's connections by name, without their secrets."""
        rows = Credential.objects.in_workspace(self.workspace())
        return Response({"results": [credential_json(row) for row in rows]})

    @extend_schema(request=SaveCredentialSchema, responses={201: CredentialSchema})
    def post(self, request: Request) -> Response:
        """Add a connection."""
        values = _checked(SaveCredentialSchema, request)
        row = save_credential(
            workspace_id=self.workspace(),
            name=values["name"],
            type_name=values["type"],
            secret=values.get("secret"),
            allowed_hosts=values.get("allowed_hosts", []),
            by=request.user,
        )
        return Response(credential_json(row), status=status.HTTP_201_CREATED)


class CredentialView(ScopedView):
    permissions = {
        "GET": "runtime.view_credential",
        "PATCH": "runtime.change_credential",
        "DELETE": "runtime.delete_credential",
    }

    @extend_schema(responses=CredentialSchema)
    def get(self, request: Request, credential_id: UUID) -> Response:
        """Return one connection, without its secret."""
        return Response(credential_json(self.find(Credential.objects.all(), id=credential_id)))

    @extend_schema(request=CredentialChangeSchema, responses=CredentialSchema)
    def patch(self, request: Request, credential_id: UUID) -> Response:
        """Change a connection; a secret that is not given stays."""
        row = self.find(Credential.objects.all(), id=credential_id)
        values = _checked(CredentialChangeSchema, request)
        changed = save_credential(
            workspace_id=row.workspace_id,
            credential_id=row.id,
            name=values.get("name", row.name),
            type_name=values.get("type", row.type),
            secret=values.get("secret"),
            allowed_hosts=values.get("allowed_hosts", row.allowed_hosts),
            by=request.user,
        )
        return Response(credential_json(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, credential_id: UUID) -> Response:
        """Delete a connection; steps that use it say so when they run."""
        delete_credential(self.find(Credential.objects.all(), id=credential_id), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CredentialFieldSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    secret = serializers.BooleanField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    placeholder = serializers.CharField()


class CredentialTypeSchema(serializers.Serializer[object]):
    type = serializers.CharField()
    name = serializers.CharField()
    help = serializers.CharField()
    icon = serializers.CharField()
    fields = CredentialFieldSchema(many=True)  # type: ignore[assignment]


class CredentialTypeListSchema(serializers.Serializer[object]):
    results = CredentialTypeSchema(many=True)


class CredentialTypesView(ScopedView):
    permissions = {"GET": "runtime.view_credential"}

    @extend_schema(operation_id="credential_types_list", responses=CredentialTypeListSchema)
    def get(self, request: Request) -> Response:
        """Return the kinds of connections with the boxes of their forms."""
        self.workspace()
        return Response({"results": [_type_json(kind) for kind in CREDENTIAL_TYPES.values()]})


class CredentialTestView(ScopedView):
    permissions = {"POST": "runtime.change_credential"}

    @extend_schema(request=None, responses=CredentialTestSchema)
    def post(self, request: Request, credential_id: UUID) -> Response:
        """Call the connection's test address and say what came of it."""
        row = self.find(Credential.objects.all(), id=credential_id)
        result = test_credential(row.workspace_id, row.id)
        return Response({"ok": result.ok, "message": spoken(result.message)})


def credential_json(row: Credential) -> dict[str, Any]:
    """Return what may be known of a connection."""
    kind = CREDENTIAL_TYPES.get(row.type)
    return {
        "id": str(row.id),
        "name": row.name,
        "type": row.type,
        "fields": row.fields,
        "allowed_hosts": row.allowed_hosts,
        "updated_at": row.updated_at,
        "signs": kind is not None and kind.signs,
        "proves": kind is not None and kind.proves,
    }


def _type_json(kind: CredentialType) -> dict[str, Any]:
    return {
        "type": kind.type,
        "name": spoken(kind.name),
        "help": spoken(kind.help),
        "icon": kind.icon,
        "fields": [
            {
                "name": field.name,
                "label": spoken(field.label),
                "help": spoken(field.help),
                "secret": field.secret,
                "required": field.required,
                "placeholder": field.placeholder,
            }
            for field in kind.fields
        ],
    }


def _checked(schema: type[serializers.Serializer[object]], request: Request) -> dict[str, Any]:
    serializer = schema(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
