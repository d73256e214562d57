"""`/health` says the web server is alive; `/ready` names each part a run needs, and its state."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from runtime.services.health import check_parts


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when runs are executed, 503 otherwise, with a sentence for each part."""
    parts = check_parts()
    good = all(part.state != "down" for part in parts)
    body = {
        "status": "ready" if good else "not ready",
        "parts": {p.name: {"state": p.state, "message": str(p.message)} for p in parts},
    }
    return JsonResponse(body, status=200 if good else 503)
