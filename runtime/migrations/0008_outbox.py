"""Mails that flows would have sent."""

from django.db import migrations, models

import runtime.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0007_tables_and_memory"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxMail",
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
                ("message_id", models.CharField(max_length=300)),
                ("run_id", models.UUIDField(null=True)),
                ("sender", models.TextField(blank=True, verbose_name="from")),
                ("recipients", models.TextField(verbose_name="to")),
                ("reply_to", models.TextField(blank=True, verbose_name="answer to")),
                ("subject", models.TextField(blank=True, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("html", models.TextField(blank=True, verbose_name="HTML")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace_id", "message_id"), name="outbox_once"
                    )
                ],
            },
        ),
    ]
