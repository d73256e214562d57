"""Addresses of the run-time API, below `/api/`."""

from django.urls import path

from runtime.api import approvals, collections, credentials, events, files, runs, tables, waits

urlpatterns = [
    path("runs/", runs.RunsView.as_view(), name="runs"),
    path("runs/<uuid:run_id>/", runs.RunView.as_view(), name="run"),
    path("runs/<uuid:run_id>/costs/", runs.RunCostsView.as_view(), name="run-costs"),
    path("runs/<uuid:run_id>/cancel/", runs.CancelView.as_view(), name="run-cancel"),
    path("runs/<uuid:run_id>/events/", events.EventsView.as_view(), name="run-events"),
    path("runs/<uuid:run_id>/files/<str:sha256>/", files.RunFileView.as_view(), name="run-file"),
    path("runs/<uuid:run_id>/steps/", runs.StepsView.as_view(), name="run-steps"),
    path("runs/<uuid:run_id>/waits/", waits.RunWaitsView.as_view(), name="run-waits"),
    path("runs/<uuid:run_id>/steps/<str:key>/data/", runs.StepDataView.as_view(), name="step-data"),
    path(
        "runs/<uuid:run_id>/steps/<str:key>/resolve/",
        runs.ResolveView.as_view(),
        name="step-resolve",
    ),
    path("waits/<str:token>/", waits.WaitView.as_view(), name="wait"),
    path("approvals/", approvals.ApprovalsView.as_view(), name="approvals"),
    path("approvals/<uuid:wait_id>/", approvals.ApprovalView.as_view(), name="approval"),
    path("collections/", collections.CollectionsView.as_view(), name="collections"),
    path("tables/", tables.TablesView.as_view(), name="tables"),
    path("credentials/", credentials.CredentialsView.as_view(), name="credentials"),
    path("credentials/types/", credentials.CredentialTypesView.as_view(), name="credential-types"),
    path(
        "credentials/<uuid:credential_id>/",
        credentials.CredentialView.as_view(),
        name="credential",
    ),
    path(
        "credentials/<uuid:credential_id>/test/",
        credentials.CredentialTestView.as_view(),
        name="credential-test",
    ),
]
