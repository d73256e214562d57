"""Prices and news of a market that exists only here."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views import View

_PRICES: tuple[dict[str, Any], ...] = (
    {"share": "Lamps Ltd", "before": 41.2, "now": 44.5},
    {"share": "Teapots plc", "before": 18.0, "now": 16.2},
    {"share": "Chairs AG", "before": 73.4, "now": 73.9},
)
_NEWS: tuple[dict[str, str], ...] = (
    {"share": "Lamps Ltd", "says": "Lamps Ltd opens a second workshop."},
    {"share": "Teapots plc", "says": "Clay has become dearer; Teapots plc earns less."},
)


class PricesView(View):
    """`GET /practice/market/prices`: what shares cost before and cost now."""

    public = "invented prices for practising"

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return `{"prices": [...]}`."""
        return JsonResponse({"prices": list(_PRICES)})


class NewsView(View):
    """`GET /practice/market/news`: what is said of them."""

    public = "invented news for practising"

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return `{"news": [...]}`."""
        return JsonResponse({"news": list(_NEWS)})
