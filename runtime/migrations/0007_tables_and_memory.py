"""Tables that flows keep rows in, what they remember, and what was already done."""

import django.db.models.deletion
from django.db import migrations, models

import runtime.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0006_other_flows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deed",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("result", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="DataTable",
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
                (
                    "name",
                    models.CharField(
                        help_text="Steps find the table by this name.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                ("row_count", models.IntegerField(default=0, editable=False, verbose_name="rows")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            ],
            options={
                "verbose_name": "table",
                "verbose_name_plural": "tables",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace_id", "name"), name="datatable_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MemoryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("scope", models.CharField(max_length=36)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("value", models.TextField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="memory_expires",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace_id", "scope", "name"), name="memory_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DataRow",
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
                ("key", models.CharField(editable=False, max_length=64, null=True)),
                ("cells", models.TextField(default="{}", editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "table",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="runtime.datatable",
                    ),
                ),
            ],
            options={
                "verbose_name": "row",
                "verbose_name_plural": "rows",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["table", "id"], name="datarow_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("table", "key"), name="datarow_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DataColumn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("yes_no", "Yes or no"),
                            ("date", "Date"),
                            ("data", "Data (JSON)"),
                        ],
                        default="text",
                        max_length=8,
                        verbose_name="holds",
                    ),
                ),
                (
                    "is_key",
                    models.BooleanField(
                        default=False,
                        help_text="Rows are found by this column, as by a customer number.",
                        verbose_name="each value once",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="columns",
                        to="runtime.datatable",
                    ),
                ),
            ],
            options={
                "verbose_name": "column",
                "verbose_name_plural": "columns",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("table", "name"), name="datacolumn_name_once")
                ],
            },
        ),
    ]
