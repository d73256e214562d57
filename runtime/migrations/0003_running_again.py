from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0002_slots"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="again_of",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="again",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="replays",
            field=models.UUIDField(null=True),
        ),
        migrations.RemoveIndex(model_name="run", name="run_queue_of_flow"),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status", "queued")),
                fields=["workspace_id", "flow_id", "id"],
                name="run_queue_by_flow",
            ),
        ),
        migrations.AddField(
            model_name="worker",
            name="draining",
            field=models.BooleanField(null=True),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(
                    ("cancel_requested", True), ("status__in", ["queued", "waiting"])
                ),
                fields=["id"],
                name="run_to_stop",
            ),
        ),
    ]
