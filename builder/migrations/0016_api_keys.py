"""Names and limits of API keys."""

import django.db.models.deletion
from django.db import migrations, models

import runtime.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("builder", "0013_flow_tests"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
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
                ("user_id", models.IntegerField()),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "calls_a_day",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="calls a day"),
                ),
                ("money_a_month", models.BigIntegerField(null=True)),
                ("used_on", models.DateField(null=True)),
                ("used", models.PositiveIntegerField(default=0)),
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="named",
                        to="knox.authtoken",
                    ),
                ),
            ],
            options={"verbose_name": "API key", "verbose_name_plural": "API keys"},
        ),
        migrations.AddConstraint(
            "apikey",
            models.UniqueConstraint(fields=("user_id", "name"), name="api_key_name_once"),
        ),
    ]
