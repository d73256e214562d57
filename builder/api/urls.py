"""Addresses of the REST API, below `/api/`."""

from django.urls import include, path

from builder.api import (
    again,
    alert,
    catalogue,
    compare,
    counts,
    drafts,
    flows,
    model_profiles,
    parts,
    retention,
    retry,
    runs,
    schedules,
    schema,
    session,
    transfer,
)

urlpatterns = [
    path("session/", session.SessionView.as_view(), name="session"),
    path("schema/", schema.SchemaView.as_view(), name="schema"),
    path("node-types/", catalogue.NodeTypesView.as_view(), name="node-types"),
    path("flows/", flows.FlowsView.as_view(), name="flows"),
    path("flows/import/", transfer.ImportView.as_view(), name="flow-import"),
    path("flows/<uuid:flow_id>/", flows.FlowView.as_view(), name="flow"),
    path("flows/<uuid:flow_id>/draft/", drafts.DraftView.as_view(), name="flow-draft"),
    path("flows/<uuid:flow_id>/publish/", drafts.PublishView.as_view(), name="flow-publish"),
    path("flows/<uuid:flow_id>/versions/", drafts.VersionsView.as_view(), name="flow-versions"),
    path(
        "flows/<uuid:flow_id>/versions/<int:number>/",
        drafts.VersionView.as_view(),
        name="flow-version",
    ),
    path(
        "flows/<uuid:flow_id>/versions/<int:number>/restore/",
        drafts.RestoreView.as_view(),
        name="flow-restore",
    ),
    path("flows/<uuid:flow_id>/counts/", counts.CountsView.as_view(), name="flow-counts"),
    path("flows/<uuid:flow_id>/compare/", compare.CompareView.as_view(), name="flow-compare"),
    path(
        "flows/<uuid:flow_id>/retention/",
        retention.RetentionView.as_view(),
        name="flow-retention",
    ),
    path("flows/<uuid:flow_id>/alert/", alert.AlertView.as_view(), name="flow-alert"),
    path("flows/<uuid:flow_id>/run/", runs.RunFlowView.as_view(), name="flow-run"),
    path("flows/<uuid:flow_id>/part/", parts.RunPartView.as_view(), name="flow-part"),
    path("flows/<uuid:flow_id>/pins/", parts.PinsView.as_view(), name="flow-pins"),
    path("flows/<uuid:flow_id>/pins/<str:node>/", parts.PinView.as_view(), name="flow-pin"),
    path("flows/<uuid:flow_id>/retry/", retry.RetryTimesView.as_view(), name="flow-retry"),
    path("flows/<uuid:flow_id>/preview/", runs.PreviewView.as_view(), name="flow-preview"),
    path(
        "flows/<uuid:flow_id>/next-times/",
        schedules.NextTimesView.as_view(),
        name="flow-next-times",
    ),
    path("flows/<uuid:flow_id>/duplicate/", transfer.DuplicateView.as_view(), name="flow-copy"),
    path("flows/<uuid:flow_id>/export/", transfer.ExportView.as_view(), name="flow-export"),
    path("model-profiles/", model_profiles.ModelProfilesView.as_view(), name="model-profiles"),
    path(
        "model-profiles/<uuid:profile_id>/",
        model_profiles.ModelProfileView.as_view(),
        name="model-profile",
    ),
    path("runs/<uuid:run_id>/again/", again.RunAgainView.as_view(), name="run-again"),
    path("runs/<uuid:run_id>/replay/", again.ReplayView.as_view(), name="run-replay"),
    path("", include("runtime.api.urls")),
]
