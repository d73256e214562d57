"""Public pages on which people start a flow."""

from django.db import migrations, models

import runtime.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0010_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=runtime.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("flow_id", models.UUIDField()),
                ("flow_name", models.CharField(default="", max_length=200)),
                ("kind", models.CharField(max_length=16)),
                ("mode", models.CharField(max_length=8)),
                ("live", models.BooleanField(default=True)),
                ("path", models.CharField(max_length=200)),
                ("snapshot_id", models.UUIDField()),
                ("version", models.IntegerField(null=True)),
                ("node", models.CharField(max_length=120)),
                ("settings", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["flow_id"], name="page_of_flow")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "mode", "path"), name="page_path_once")
                ],
            },
        ),
    ]
