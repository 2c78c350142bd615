"""The id of what an event tells of, in a column: found in the JSON, an unknown refund took a read of every event."""

from typing import Any

from django.db import migrations, models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce


def fill(apps: Any, schema_editor: Any) -> None:
    events = apps.get_model("wallet_shared", "InboxEvent").objects.using(schema_editor.connection.alias)
    events.update(object_id=Coalesce(KT("payload__data__object__id"), Value("")))


class Migration(migrations.Migration):
    dependencies = [("wallet_shared", "0003_payer_hmac")]

    operations = [
        migrations.AddField(
            model_name="inboxevent",
            name="object_id",
            field=models.CharField(blank=True, db_index=True, default="", max_length=255),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
