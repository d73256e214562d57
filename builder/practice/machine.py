"""A machine with a fan, a model that listens and one that tells moods: all of them play."""

import json
import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

MAX_BYTES = 20_000
MOST_SOUND = 5_000_000
DOES = ("cool", "stop", "go_on")
_GOOD = frozenset({"good", "great", "kind", "thanks", "happy", "love", "gut", "danke", "super"})
_BAD = frozenset({"bad", "broken", "late", "angry", "disappointed", "wrong", "kaputt", "schlecht"})
_SAID = "Good morning. The lamp arrived broken, and I am very disappointed. Please call me."


@method_decorator(csrf_exempt, name="dispatch")
class MachineView(View):
    """`POST /practice/machine` with `{"do": "cool"}`: the machine says what it does now."""

    public = "a machine that exists only here"

    def post(self, request: HttpRequest) -> JsonResponse:
        """Return `{"does": ...}`; a 400 for what it cannot do."""
        does = _read(request).get("do")
        if does not in DOES:
            message = _("The machine can do: %s.") % ", ".join(DOES)
            return JsonResponse({"message": message}, status=400)
        return JsonResponse({"does": does})


@method_decorator(csrf_exempt, name="dispatch")
class ListenView(View):
    """`POST /practice/models/v1/audio/transcriptions`: always hears the same words."""

    public = "plays a model that listens; keeps nothing"

    def post(self, request: HttpRequest) -> JsonResponse:
        """Return a text as OpenAI's service does; a 400 without a sound file."""
        if int(request.headers.get("Content-Length") or 0) > MOST_SOUND or not request.FILES:
            message = _("Send a form with a sound file under “file”, of at most 5 MB.")
            return JsonResponse({"message": message}, status=400)
        return JsonResponse({"text": _SAID, "language": "english", "duration": 6.0})


@method_decorator(csrf_exempt, name="dispatch")
class MoodView(View):
    """`POST /practice/models/mood` with `{"text": ...}`: counts kind and unkind words."""

    public = "plays a model that tells moods; keeps nothing"

    def post(self, request: HttpRequest) -> JsonResponse:
        """Return `{"score": ...}` from -1, unhappy, to 1, happy."""
        words = re.findall(r"\w+", str(_read(request).get("text") or "").lower())
        good, bad = (sum(word in known for word in words) for known in (_GOOD, _BAD))
        return JsonResponse({"score": round((good - bad) / max(good + bad, 1), 2)})


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
            return {}
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}
