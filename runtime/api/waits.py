"""`/api/waits/{token}/`: the outside ends a callback wait. The token is the key."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from runtime.services.resolve_wait import resolve_callback


class WaitView(APIView):
    public = "the single-use token in the address is the permission"
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=OpenApiTypes.OBJECT, responses={200: None, 404: None})
    def post(self, request: Request, token: str) -> Response:
        """End the wait with what was sent; a token that was used, or never was, is a 404."""
        if not resolve_callback(token, request.data):
            message = "Nobody waits for this any more."
            return Response({"message": message}, status=404)
        return Response({"message": "Thank you, the flow goes on."})
