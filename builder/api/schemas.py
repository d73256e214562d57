"""The shapes of design-time requests and answers: what comes in is checked by them."""

from rest_framework import serializers

ROLES = ["viewer", "operator", "editor", "admin"]


class UserSchema(serializers.Serializer[object]):
    id = serializers.CharField()
    username = serializers.CharField()
    name = serializers.CharField()


class WorkspaceSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)


class SessionSchema(serializers.Serializer[object]):
    user = UserSchema()
    workspace = WorkspaceSchema()
    csrf_token = serializers.CharField()
    public_url = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    tour_seen = serializers.BooleanField(help_text="Whether the person was shown the canvas.")


class IssueSchema(serializers.Serializer[object]):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "advice"])
    message = serializers.CharField()
    fix = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    key = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    edge = serializers.DictField(allow_null=True)
    action = serializers.DictField(allow_null=True)


class LastRunSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    status = serializers.CharField()
    finished_at = serializers.DateTimeField(allow_null=True)


class TriggerSchema(serializers.Serializer[object]):
    """A webhook has a `url`; a schedule has `words`, a `zone` and, while it is on, `next_at`."""

    kind = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    words = serializers.CharField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_null=True)


class FlowSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    live = serializers.BooleanField()
    live_version = serializers.IntegerField(allow_null=True)
    draft_changes = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    callable = serializers.BooleanField()
    last_run = LastRunSchema(allow_null=True)
    triggers = TriggerSchema(many=True)


class FlowListSchema(serializers.Serializer[object]):
    results = FlowSchema(many=True)
    next = serializers.CharField(allow_null=True)


class NewFlowSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    graph = serializers.DictField(required=False)


class FlowChangeSchema(serializers.Serializer[object]):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    live = serializers.BooleanField(required=False)


DAYS_HELP = "Days after the end; 0 keeps them for ever, null leaves it to the server."


class KeptDaysSchema(serializers.Serializer[object]):
    """How long runs of each kind are kept. `runs`: no more than the newest so many."""

    finished_days = serializers.FloatField(
        min_value=0, max_value=36_500, allow_null=True, help_text=DAYS_HELP
    )
    failed_days = serializers.FloatField(
        min_value=0, max_value=36_500, allow_null=True, help_text=DAYS_HELP
    )
    test_days = serializers.FloatField(
        min_value=0, max_value=36_500, allow_null=True, help_text=DAYS_HELP
    )
    most_runs = serializers.IntegerField(min_value=1, max_value=10_000_000, allow_null=True)


class RetentionSchema(serializers.Serializer[object]):
    """What the flow asks for, what the server does without that, and what counts between both."""

    asked = KeptDaysSchema()
    server = KeptDaysSchema()
    counts = KeptDaysSchema()
    at_least_days = serializers.FloatField()
    at_most_days = serializers.FloatField(help_text="0: no limit.")


class SaveAlertSchema(serializers.Serializer[object]):
    """Who is told by mail when the flow fails. Without recipients: nobody."""

    recipients = serializers.ListField(
        child=serializers.CharField(max_length=320), allow_empty=True, max_length=20
    )
    connection = serializers.UUIDField(
        allow_null=True,
        required=False,
        default=None,
        help_text="A connection of the kind “Mail server”; null: the outbox.",
    )
    on_missed = serializers.BooleanField(
        required=False, default=True, help_text="Also when the clock could not start it."
    )


class MailServerSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AlertSchema(SaveAlertSchema):
    """Who is told; `problem`: why the last mail was not sent; `servers`: what can send them."""

    problem = serializers.CharField(allow_blank=True)
    servers = MailServerSchema(many=True)


class DraftSchema(serializers.Serializer[object]):
    revision = serializers.IntegerField()
    graph = serializers.DictField()
    issues = IssueSchema(many=True)
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField(allow_null=True)


class SaveDraftSchema(serializers.Serializer[object]):
    revision = serializers.IntegerField(min_value=0)
    graph = serializers.DictField()


class SavedSchema(serializers.Serializer[object]):
    revision = serializers.IntegerField()
    issues = IssueSchema(many=True)


class PublishSchema(serializers.Serializer[object]):
    revision = serializers.IntegerField(min_value=0)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class VersionSchema(serializers.Serializer[object]):
    number = serializers.IntegerField()
    note = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    published_at = serializers.DateTimeField()
    live = serializers.BooleanField()
    runs_in_progress = serializers.IntegerField()


class VersionDetailSchema(VersionSchema):
    graph = serializers.DictField()


class VersionListSchema(serializers.Serializer[object]):
    results = VersionSchema(many=True)


class PublishedSchema(serializers.Serializer[object]):
    version = VersionSchema()
    live = serializers.BooleanField()


class RestoreSchema(serializers.Serializer[object]):
    revision = serializers.IntegerField(min_value=0)


class StartRunSchema(serializers.Serializer[object]):
    draft = serializers.BooleanField(default=False)
    trigger = serializers.CharField(required=False, allow_null=True, max_length=120)
    input = serializers.JSONField(required=False, allow_null=True)
    wait = serializers.BooleanField(default=False)


class PreviewSchema(serializers.Serializer[object]):
    graph = serializers.DictField(required=False)
    key = serializers.CharField(max_length=120)
    # Named by the contract; the name hides an attribute DRF itself uses only on bound fields.
    field = serializers.CharField(max_length=200)
    value = serializers.JSONField(allow_null=True)
    data = serializers.DictField(required=False)  # type: ignore[assignment]


class AskTimesSchema(serializers.Serializer[object]):
    type = serializers.CharField(max_length=100)
    params = serializers.DictField()


class NextTimesSchema(serializers.Serializer[object]):
    words = serializers.CharField()
    zone = serializers.CharField()
    times = serializers.ListField(child=serializers.DateTimeField())
    problem = serializers.CharField(allow_null=True)
    fix = serializers.CharField(allow_null=True)


class ErrorSchema(serializers.Serializer[object]):
    message = serializers.CharField()
    issues = IssueSchema(many=True, required=False)
