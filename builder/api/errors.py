"""Gives every refusal one shape: `{"message": sentence, "issues"?: [...]}`."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from builder.services.refusals import Refusal
from runtime.services.away import AWAY, RETRY_AFTER_SECONDS, is_away
from runtime.services.credentials import CredentialRefusedError
from runtime.services.spoken import spoken

log = structlog.get_logger(__name__)


def answer_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer for a refusal; None lets a real error become a 500 without details."""
    if isinstance(error, Refusal):
        return Response({"message": spoken(str(error.message)), **error.more}, status=error.status)
    if is_away(error):
        log.warning("api.database_away", error=str(error))
        return Response(
            {"message": AWAY},
            status=status.HTTP_503_SERVICE_UNAVAILABLE,
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    if isinstance(error, CredentialRefusedError):
        return Response({"message": spoken(str(error))}, status=status.HTTP_400_BAD_REQUEST)
    response = exception_handler(error, context)
    if response is not None:
        response.data = _shape(error, response.data)
    return response


def _shape(error: Exception, data: Any) -> dict[str, Any]:
    if isinstance(error, Http404 | exceptions.NotFound):
        return {"message": _("This is not here, or it is not yours to see.")}
    if isinstance(error, exceptions.ValidationError):
        return {"message": _first_sentence(data), "fields": data}
    if isinstance(error, PermissionDenied):
        return {"message": _("Your role in this workspace does not allow this.")}
    if isinstance(error, exceptions.MethodNotAllowed):
        return {"message": _("This address cannot be used like that.") + f" ({error.detail})"}
    if isinstance(error, exceptions.ParseError):
        return {"message": _("What was sent is not valid JSON.") + f" ({error.detail})"}
    detail = data.get("detail", "") if isinstance(data, dict) else ""
    return {"message": str(detail) or _("This did not work.")}


def _first_sentence(data: Any, name: str = "") -> str:
    """Return the first complaint with the field it is about."""
    if isinstance(data, dict):
        for key, inner in data.items():
            return _first_sentence(inner, "" if key == "non_field_errors" else str(key))
    if isinstance(data, list) and data:
        return _first_sentence(data[0], name)
    return f"{name}: {data}" if name else str(data)
