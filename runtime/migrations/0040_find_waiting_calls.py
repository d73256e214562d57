from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runtime", "0026_kept_runs")]

    operations = [
        migrations.RemoveIndex(model_name="modelcall", name="model_call_open"),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(status="waiting"),
                fields=["workspace_id", "profile_id", "turn", "asked_at", "id"],
                name="model_call_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="modelcall",
            index=models.Index(
                condition=models.Q(status__in=["waiting", "granted", "calling"]),
                fields=["workspace_id", "profile_id", "run_id", "turn"],
                name="model_call_under_way",
            ),
        ),
    ]
