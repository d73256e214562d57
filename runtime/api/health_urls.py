"""Addresses for supervisors and load balancers; they tell nothing but states. And `/metrics`."""

from django.urls import path

from runtime.api import health
from runtime.api.metrics import MetricsView

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("metrics", MetricsView.as_view(), name="metrics"),
]
