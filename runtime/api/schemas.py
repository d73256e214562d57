"""The shapes of run-time requests and answers: they check what comes in and document the rest."""

from typing import Any

from rest_framework import serializers

from runtime.models import AttemptStatus, LogLevel, RunMode, RunStatus, StepStatus, WaitKind
from runtime.services.decide import LONGEST_NOTE


class FlowRefSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class RunTriggerSchema(serializers.Serializer[object]):
    key = serializers.CharField()
    kind = serializers.CharField()


class StartedBySchema(serializers.Serializer[object]):
    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    key = serializers.CharField(allow_null=True)


class RunSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    flow = FlowRefSchema(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(choices=RunMode.choices)
    status = serializers.ChoiceField(choices=RunStatus.choices)
    partial_errors = serializers.IntegerField()
    trigger = RunTriggerSchema()
    started_by = StartedBySchema(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    error = serializers.DictField(allow_null=True)
    again_of = serializers.UUIDField(allow_null=True)
    replays = serializers.BooleanField()
    seq = serializers.IntegerField()


class StepNameSchema(serializers.Serializer[object]):
    key = serializers.CharField()
    name = serializers.CharField()


class RedoneSchema(StepNameSchema):
    why = serializers.CharField()


class AgainSchema(serializers.Serializer[object]):
    step = StepNameSchema(allow_null=True)
    on = serializers.ChoiceField(choices=["same", "live", "draft"])
    kept = StepNameSchema(many=True)
    redone = RedoneSchema(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the one whose name is a word of Python."""
        begin = serializers.ChoiceField(choices=["start", "failure", "step", "part"])
        return {"from": begin, **super().get_fields()}


class RunDetailSchema(RunSchema):
    again = AgainSchema(allow_null=True)
    graph = serializers.DictField()
    input = serializers.JSONField(allow_null=True)
    output = serializers.JSONField(allow_null=True)
    why = serializers.CharField(allow_null=True)


class TookSchema(serializers.Serializer[object]):
    calls = serializers.IntegerField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    cost = serializers.FloatField()
    saved = serializers.FloatField()
    from_memory = serializers.IntegerField()
    failed = serializers.IntegerField()


class StepTookSchema(TookSchema):
    key = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    iteration = serializers.CharField()


class TryTookSchema(TookSchema):
    key = serializers.CharField()
    iteration = serializers.CharField()
    item = serializers.IntegerField()
    number = serializers.IntegerField()


class RunCostsSchema(serializers.Serializer[object]):
    total = TookSchema()
    steps = StepTookSchema(many=True)
    tries = TryTookSchema(many=True)


class RunListSchema(serializers.Serializer[object]):
    results = RunSchema(many=True)
    next = serializers.CharField(allow_null=True)


class RunStartedSchema(serializers.Serializer[object]):
    run = RunSchema()


class StepSchema(serializers.Serializer[object]):
    seq = serializers.IntegerField()
    key = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    type = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    iteration = serializers.CharField()
    status = serializers.ChoiceField(choices=StepStatus.choices)
    attempts = serializers.IntegerField()
    items_in = serializers.IntegerField()
    items_out = serializers.DictField(child=serializers.IntegerField())
    item_errors = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(allow_null=True)
    error = serializers.DictField(allow_null=True)


class AttemptSchema(serializers.Serializer[object]):
    seq = serializers.IntegerField()
    key = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    iteration = serializers.CharField()
    item = serializers.IntegerField()
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=AttemptStatus.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.DictField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(allow_null=True)
    usage = serializers.DictField(allow_null=True)
    params = serializers.DictField(allow_null=True)


class LogLineSchema(serializers.Serializer[object]):
    seq = serializers.IntegerField()
    key = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    iteration = serializers.CharField()
    item = serializers.IntegerField()
    number = serializers.IntegerField()
    level = serializers.ChoiceField(choices=LogLevel.choices)
    message = serializers.CharField()
    data = serializers.JSONField(allow_null=True)  # type: ignore[assignment]
    at = serializers.DateTimeField()


class StepsSchema(serializers.Serializer[object]):
    seq = serializers.IntegerField()
    steps = StepSchema(many=True)
    attempts = AttemptSchema(many=True)
    logs = LogLineSchema(many=True)


class RunWaitSchema(serializers.Serializer[object]):
    key = serializers.CharField()
    iteration = serializers.CharField()
    item = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=WaitKind.choices)
    words = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class RunWaitsSchema(serializers.Serializer[object]):
    results = RunWaitSchema(many=True)


class ShownSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    value = serializers.CharField()


class ChangedSchema(serializers.Serializer[object]):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    by = serializers.CharField()


class DecidedSchema(serializers.Serializer[object]):
    approved = serializers.BooleanField()
    by = serializers.CharField()
    note = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    answers = serializers.DictField()
    changes = ChangedSchema(many=True)


class AskedDataSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    value = serializers.JSONField(allow_null=True)


class AskedFieldSchema(serializers.Serializer[object]):
    name = serializers.CharField()
    kind = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, Any]:
        """Add those whose names a serializer uses itself."""
        required = serializers.BooleanField()
        return {**super().get_fields(), "label": serializers.CharField(), "required": required}


class VoteSchema(serializers.Serializer[object]):
    by = serializers.CharField()
    name = serializers.CharField()
    approved = serializers.BooleanField()
    note = serializers.CharField()
    at = serializers.DateTimeField()
    outdated = serializers.BooleanField()
    answers = serializers.DictField()
    changes = serializers.ListField(child=serializers.DictField())


class ApprovalSchema(serializers.Serializer[object]):
    id = serializers.UUIDField()
    run = serializers.UUIDField()
    flow = serializers.CharField(allow_null=True)
    key = serializers.CharField()
    step = serializers.CharField()
    iteration = serializers.CharField()
    item = serializers.IntegerField()
    question = serializers.CharField()
    text = serializers.CharField()
    shown = ShownSchema(many=True)
    note = serializers.ChoiceField(choices=["optional", "required", "none"])
    asked_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    open = serializers.BooleanField()
    yours = serializers.BooleanField()
    seen = serializers.IntegerField()
    form = AskedFieldSchema(many=True)
    needed = serializers.IntegerField()
    votes = VoteSchema(many=True)
    decision = DecidedSchema(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the one whose name a serializer uses itself."""
        return {**super().get_fields(), "data": AskedDataSchema(many=True)}


class ApprovalListSchema(serializers.Serializer[object]):
    results = ApprovalSchema(many=True)


class DecisionSchema(serializers.Serializer[object]):
    approved = serializers.BooleanField()
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_NOTE
    )
    answers = serializers.DictField(required=False, default=dict)
    changes = serializers.DictField(required=False, default=dict)
    seen = serializers.IntegerField(required=False, allow_null=True, default=None)


class ItemSchema(serializers.Serializer[object]):
    json = serializers.JSONField()
    files = serializers.ListField(child=serializers.DictField())


class PortDataSchema(serializers.Serializer[object]):
    total = serializers.IntegerField()
    items = ItemSchema(many=True)


class StepDataSchema(serializers.Serializer[object]):
    input = serializers.DictField(child=PortDataSchema())
    output = serializers.DictField(child=PortDataSchema())


class ResolveSchema(serializers.Serializer[object]):
    iteration = serializers.CharField(required=False, allow_blank=True, default="")
    item = serializers.IntegerField(required=False, default=-1)
    choice = serializers.ChoiceField(choices=["repeat", "done", "stop"])
    output = serializers.JSONField(required=False, allow_null=True)
