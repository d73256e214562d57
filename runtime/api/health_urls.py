"""Addresses for supervisors and load balancers; they tell nothing but states."""

from django.urls import path

from runtime.api import health

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
]
