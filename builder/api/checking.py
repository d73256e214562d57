"""Checks a request's body against its schema."""

from typing import Any

from rest_framework.request import Request


def checked(schema: type[Any], request: Request) -> dict[str, Any]:
    """Return the request's values, checked; raises a 400 that names the field."""
    serializer = schema(data=request.data)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(serializer.validated_data)
    return values
