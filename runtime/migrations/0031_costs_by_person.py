"""For whom a model was asked: the person, the API key, and what started the run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0030_people_in_runs"),
    ]

    operations = [
        migrations.AddField("modelcall", "started_by", models.IntegerField(null=True)),
        migrations.AddField(
            "modelcall", "started_key", models.CharField(max_length=150, null=True)
        ),
        migrations.AddField(
            "modelcall", "trigger_kind", models.CharField(max_length=32, null=True)
        ),
        migrations.AddIndex(
            "modelcall",
            models.Index(
                condition=models.Q(("started_key__isnull", False)),
                fields=["started_by", "started_key", "asked_at"],
                name="model_call_of_key",
            ),
        ),
    ]
