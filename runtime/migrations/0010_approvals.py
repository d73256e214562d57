"""Finds the questions that wait for a person without looking through all waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0009_known_answers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="wait",
            index=models.Index(
                condition=models.Q(("kind", "approval"), ("status", "open")),
                fields=["due_at"],
                name="wait_for_person",
            ),
        ),
    ]
