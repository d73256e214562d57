"""Retention: how long runs are kept, and what pruning needs to keep up with running."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
from django.db import migrations, models

# PostgreSQL looks after a table when a fifth of it has changed. These change all day long and lose
# as many rows as they gain, so a fifth of a large one is far too late.
HOT = ("run", "step", "attempt", "logline", "wait", "delivery")
VACUUM = {
    "autovacuum_vacuum_scale_factor": "0.02",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    "autovacuum_vacuum_cost_delay": "1",
}
# Runs are changed in place a few times: room on the page keeps those changes off the indexes.
FILL = {"run": "70"}

IS_REFERENCE = models.Q(
    django.db.models.lookups.Exact(
        models.Func(
            models.F("output"),
            models.Value(1),
            models.Value(13),
            function="substr",
            output_field=models.TextField(),
        ),
        models.Value('{"$payload":"'),
    )
)


def tune(apps, schema_editor):
    """Set PostgreSQL's storage parameters of the hot tables."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in HOT:
        settings = {**VACUUM, **({"fillfactor": FILL[table]} if table in FILL else {})}
        listed = ", ".join(f"{name} = {value}" for name, value in settings.items())
        schema_editor.execute(f"ALTER TABLE runtime_{table} SET ({listed})")


def untune(apps, schema_editor):
    """Back to the server's own."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in HOT:
        names = ", ".join([*VACUUM, *(["fillfactor"] if table in FILL else [])])
        schema_editor.execute(f"ALTER TABLE runtime_{table} RESET ({names})")


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0004_schedules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("flow_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("workspace_id", models.UUIDField()),
                ("finished_days", models.FloatField(null=True)),
                ("failed_days", models.FloatField(null=True)),
                ("test_days", models.FloatField(null=True)),
                ("most_runs", models.IntegerField(null=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        # Of the graphs that are there nobody knows which were published: they stay.
        migrations.AddField(
            model_name="snapshot",
            name="published",
            field=models.BooleanField(db_default=True),
        ),
        migrations.AlterField(
            model_name="snapshot",
            name="published",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="used_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name="run",
            name="snapshot",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="runtime.snapshot",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(condition=IS_REFERENCE, fields=["output"], name="attempt_payload"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(condition=IS_REFERENCE, fields=["output"], name="step_payload"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("replays__isnull", False)),
                fields=["replays"],
                name="run_replays",
            ),
        ),
        migrations.RunPython(tune, untune),
    ]
