"""The tour of the canvas: shown by itself once, to people who begin."""

from typing import Any

from builder.models import TourSeen


def tour_seen(user: Any) -> bool:
    """Whether this person was shown around, or did not want to be."""
    return TourSeen.objects.filter(user_id=user.pk).exists()


def end_tour(user: Any) -> None:
    """Never show it unasked again."""
    TourSeen.objects.get_or_create(user_id=user.pk)
