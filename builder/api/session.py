"""`/api/session/`: who is signed in, where, and what the canvas needs to call the API."""

from django.conf import settings
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from builder.api.schemas import SessionSchema
from builder.models import Workspace
from builder.services.access import full_name, role_in
from builder.services.addresses import public_url
from builder.services.tour import end_tour, tour_seen
from runtime.api.base import SIGNED_IN, ScopedView


class SessionView(ScopedView):
    permissions = {"GET": SIGNED_IN}

    @extend_schema(responses=SessionSchema)
    def get(self, request: Request) -> Response:
        """Return the person, the workspace with the person's role, and the CSRF token."""
        user = request.user
        workspace = Workspace.objects.get(id=self.workspace())
        role = role_in(user, workspace.id)
        return Response(
            {
                "user": {
                    "id": str(user.pk),
                    "username": user.get_username(),
                    "name": full_name(user),
                },
                "workspace": {
                    "id": str(workspace.id),
                    "name": workspace.name,
                    "role": role.value if role else None,
                },
                "csrf_token": get_token(request._request),
                "public_url": public_url(request),
                "languages": [code for code, _ in settings.LANGUAGES],
                "tour_seen": tour_seen(user),
            }
        )


class TourView(ScopedView):
    permissions = {"POST": SIGNED_IN}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Do not show the tour of the canvas by itself again."""
        end_tour(request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
