"""`/api/schema/`: the OpenAPI 3.1 description, from which the canvas's types are generated."""

from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import IsAuthenticated

from runtime.api.base import SIGNED_IN


class SchemaView(SpectacularJSONAPIView):
    permissions = {"GET": SIGNED_IN}
    permission_classes = (IsAuthenticated,)
