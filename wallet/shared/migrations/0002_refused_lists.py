"""A list that Stripe refuses waits by itself; the hourly look keeps a place for each list instead of one for all."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_the_common_place(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("wallet_shared", "ReconcileProgress").objects.filter(pk="hourly").delete()


class Migration(migrations.Migration):
    dependencies = [("wallet_shared", "0001_initial")]

    operations = [
        migrations.AddField(
            "reconcileprogress", "last_error", models.TextField(blank=True, default="", db_default="")
        ),
        migrations.AddField("reconcileprogress", "retry_at", models.DateTimeField(null=True)),
        migrations.RunPython(forget_the_common_place, migrations.RunPython.noop),
    ]
