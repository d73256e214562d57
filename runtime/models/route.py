"""An address by which the outside starts a flow; looked up at every call, so it is never stale."""

from django.db import models

from runtime.models.ids import uuid7


class Route(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace_id = models.UUIDField()
    flow_id = models.UUIDField()
    flow_name = models.CharField(max_length=200, default="")
    mode = models.CharField(max_length=8)  # RunMode: live or test
    live = models.BooleanField(default=True)  # the flow's switch
    path = models.CharField(max_length=200)
    methods = models.CharField(max_length=80)  # "GET POST"
    snapshot_id = models.UUIDField()
    version = models.IntegerField(null=True)
    node = models.CharField(max_length=120)  # the trigger's key
    settings = models.TextField()  # JSON: answer mode, body limit, authentication, deadline

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mode", "path"], name="route_path_once")]
        indexes = [models.Index(fields=["flow_id"], name="route_of_flow")]

    def __str__(self) -> str:
        return f"/hooks/{self.path}"
