"""Who started a run; and of a question to people, what they said and were told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0040_find_waiting_calls"),
    ]

    operations = [
        migrations.AddField("run", "started_by", models.IntegerField(null=True)),
        migrations.AddField("run", "started_key", models.CharField(max_length=150, null=True)),
        migrations.AddIndex(
            "run",
            models.Index(
                condition=models.Q(("started_by__isnull", False)),
                fields=["started_by", "-id"],
                name="run_of_person",
            ),
        ),
        migrations.AddField("wait", "votes", models.TextField(null=True)),
        migrations.AddField("wait", "told", models.CharField(max_length=40, null=True)),
        migrations.AddField("wait", "tell_at", models.DateTimeField(null=True)),
    ]
