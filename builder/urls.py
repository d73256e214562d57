"""Every address of the product, except `/hooks/…`, which the ingress answers before Django."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from builder.admin import backup, costs, figures, inbox, reachable
from builder.views.canvas import CanvasView
from builder.views.chat import ChatAnswerView, ChatSayView, ChatView, ChatWordsView
from builder.views.form import FormSentView, FormView
from builder.views.join import JoinView
from builder.views.language import choose as choose_language
from builder.views.sign_in import SignInView
from builder.views.workspace import ChooseWorkspaceView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    *inbox.urls(admin.site),
    *backup.urls(admin.site),
    *costs.urls(admin.site),
    *figures.urls(admin.site),
    *reachable.urls(admin.site),
    path("admin/", admin.site.urls),
    path("api/", include("builder.api.urls")),
    path("", include("runtime.api.health_urls")),
    path("", include("runtime.api.program_urls")),
    path("flows/<uuid:flow_id>/", CanvasView.as_view(), name="canvas"),
    path("flows/<uuid:flow_id>/runs/<uuid:run_id>/", CanvasView.as_view(), name="canvas-run"),
    path("sign-in/<str:token>/", SignInView.as_view(), name="sign-in"),
    path("join/<str:token>/", JoinView.as_view(), name="join"),
    path("workspaces/<uuid:workspace_id>/choose/", ChooseWorkspaceView.as_view(), name="choose"),
    path("practice/", include("builder.practice.urls")),
    path("forms/<slug:path>/", FormView.as_view(), name="form"),
    path("forms/test/<slug:path>/", FormView.as_view(mode="test"), name="form-test"),
    path("forms/<slug:path>/sent/<str:token>/", FormSentView.as_view(), name="form-sent"),
    path(
        "forms/test/<slug:path>/sent/<str:token>/",
        FormSentView.as_view(mode="test"),
        name="form-test-sent",
    ),
    path("chats/test/<slug:path>/", ChatView.as_view(mode="test"), name="chat-test"),
    path("chats/test/<slug:path>/say/", ChatSayView.as_view(mode="test"), name="chat-test-say"),
    path(
        "chats/test/<slug:path>/answers/<str:token>/",
        ChatAnswerView.as_view(mode="test"),
        name="chat-test-answer",
    ),
    path(
        "chats/test/<slug:path>/answers/<str:token>/words/",
        ChatWordsView.as_view(mode="test"),
        name="chat-test-words",
    ),
    path("chats/<slug:path>/", ChatView.as_view(), name="chat"),
    path("chats/<slug:path>/say/", ChatSayView.as_view(), name="chat-say"),
    path("chats/<slug:path>/answers/<str:token>/", ChatAnswerView.as_view(), name="chat-answer"),
    path(
        "chats/<slug:path>/answers/<str:token>/words/", ChatWordsView.as_view(), name="chat-words"
    ),
    path("i18n/setlang/", choose_language, name="set_language"),
]

handler403 = "builder.views.errors.forbidden"
handler404 = "builder.views.errors.missing"
handler500 = "builder.views.errors.failed"
