"""`/api/waits/{token}/`: the outside ends a callback wait. The token is the key."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from runtime.services.resolve_wait import Answered, resolve_callback

ANSWERS = {
    Answered.TAKEN: (200, _("Thank you, the flow goes on.")),
    Answered.UNKNOWN: (404, _("Nobody waits at this address. Please check it.")),
    Answered.USED: (409, _("This was answered before, and only the first answer counts.")),
    Answered.GONE: (410, _("It is too late: the time was up, or the run is over.")),
}


class WaitView(APIView):
    public = "the single-use token in the address is the permission"
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={200: None, 404: None, 409: None, 410: None}
    )
    def post(self, request: Request, token: str) -> Response:
        """End the wait with what was sent: once, in its time, while the run goes on."""
        status, message = ANSWERS[resolve_callback(token, request.data)]
        return Response({"message": message}, status=status)
