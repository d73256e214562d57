"""`/api/waits/{token}/`: the outside ends a callback wait. `/api/runs/{id}/waits/` lists them."""

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from runtime.api.base import ScopedView
from runtime.api.schemas import RunWaitsSchema
from runtime.api.shapes import iso
from runtime.models import Run
from runtime.sdk.items import Json
from runtime.services.read_waits import open_waits, wait_address
from runtime.services.resolve_wait import Answered, resolve_callback

ANSWERS = {
    Answered.TAKEN: (200, _("Thank you, the flow goes on.")),
    Answered.UNKNOWN: (404, _("Nobody waits at this address. Please check it.")),
    Answered.USED: (409, _("This was answered before, and only the first answer counts.")),
    Answered.GONE: (410, _("It is too late: the time was up, or the run is over.")),
    Answered.EARLY: (409, _("The flow has not come to this step yet. Try again in a moment.")),
    Answered.SEVERAL: (409, _("Several items wait here. Call the address of the one you mean.")),
}


class RunWaitsView(ScopedView):
    permissions = {"GET": "runtime.view_run"}

    @extend_schema(responses=RunWaitsSchema)
    def get(self, request: Request, run_id: UUID) -> Response:
        """Return what the run waits for; addresses only for those who may answer."""
        run = self.find(Run.objects.all(), id=run_id)
        return Response(
            {
                "results": [
                    {
                        "key": wait.key,
                        "iteration": wait.iteration,
                        "item": wait.item,
                        "kind": wait.kind,
                        "words": wait.words,
                        "until": iso(wait.until),
                        "url": wait_address(wait, run, request),
                    }
                    for wait in open_waits(run)
                ]
            }
        )


class WaitView(APIView):
    public = "the single-use token in the address is the permission"
    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (*APIView.parser_classes, FormParser)

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={200: None, 404: None, 409: None, 410: None}
    )
    def post(self, request: Request, token: str) -> Response:
        """End the wait with what was sent: once, in its time, while the run goes on."""
        sent = request.data
        value: Json = dict(sent.items()) if isinstance(sent, QueryDict) else sent  # type: ignore[arg-type]
        answered = resolve_callback(token, value)
        status, message = ANSWERS[answered]
        again = {"Retry-After": "2"} if answered is Answered.EARLY else None
        return Response({"message": message}, status=status, headers=again)
