"""A shop that exists only here. Every third call finds it busy, so that retries can be seen."""

from itertools import count
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

LAST_ORDER = 1_000
LISTED = 12
BUSY_EVERY = 3
_WARES = (
    ("Teapot", 34.0),
    ("Bicycle bell", 12.5),
    ("Desk lamp", 59.0),
    ("Rain jacket", 129.0),
    ("Wooden chair", 180.0),
)
_calls = count(1)


class OrderView(View):
    """`GET /practice/shop/orders/{id}`: the same order for the same number, always."""

    public = "invented orders for practising"

    def get(self, request: HttpRequest, number: int) -> JsonResponse:
        """Return the order; a 503 every third call, a 404 beyond the last order."""
        if next(_calls) % BUSY_EVERY == 0:
            message = _("The practice shop is busy. It does this on purpose; try again.")
            return JsonResponse({"message": message}, status=503, headers={"Retry-After": "1"})
        if not 1 <= number <= LAST_ORDER:
            message = _("There is no order %d.") % number
            return JsonResponse({"message": message}, status=404)
        return JsonResponse(order(number))


class OrdersView(View):
    """`GET /practice/shop/orders`: the last orders in short; with `?number=7` that one, whole."""

    public = "invented orders for practising"

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return `{"orders": [...]}`; no order has the number: an empty list."""
        number = request.GET.get("number", "").strip().lstrip("#")
        if not number:
            return JsonResponse({"orders": [_in_short(order(one)) for one in range(1, LISTED + 1)]})
        known = number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= LAST_ORDER
        return JsonResponse({"orders": [order(int(number[:9]))] if known else []})


class StockView(View):
    """`GET /practice/shop/stock`: what the shop has."""

    public = "an invented stock for practising"

    def get(self, request: HttpRequest) -> JsonResponse:
        """Return `{"stock": [...]}`."""
        wares = [
            {"ware": ware, "price": price, "left": (place * 7) % 12}
            for place, (ware, price) in enumerate(_WARES)
        ]
        return JsonResponse({"stock": wares})


class WrongView(View):
    """Any other address of the shop: it says where the orders are."""

    public = "tells of invented orders only"

    def get(self, request: HttpRequest, wrong: str) -> JsonResponse:
        """Return a 404 from which one can learn."""
        message = _("The shop has nothing at this address. Orders are at /practice/shop/orders/7.")
        return JsonResponse({"message": message}, status=404)


def order(number: int) -> dict[str, Any]:
    """Return an order made from its number alone."""
    ware, price = _WARES[number % len(_WARES)]
    amount = number % 3 + 1
    return {
        "id": number,
        "customer": {"name": f"Customer {number}", "email": f"customer{number}@example.com"},
        "lines": [{"ware": ware, "amount": amount, "price": price}],
        "total": round(price * amount, 2),
        "paid": number % 2 == 0,
    }


def _in_short(whole: dict[str, Any]) -> dict[str, Any]:
    (line,) = whole["lines"]
    return {
        "id": whole["id"],
        "customer": whole["customer"]["name"],
        "ware": line["ware"],
        "amount": line["amount"],
        "total": whole["total"],
        "paid": whole["paid"],
    }
