"""Addresses that other programs call as they are used to: without a slash at the end."""

from django.urls import path

from runtime.api import mcp, openai

urlpatterns = [
    path("mcp", mcp.McpView.as_view(), name="mcp"),
    path("mcp/<uuid:workspace_id>", mcp.McpView.as_view(), name="mcp-workspace"),
    path("v1/models", openai.ModelsView.as_view(), name="openai-models"),
    path("v1/chat/completions", openai.CompletionsView.as_view(), name="openai-completions"),
]
