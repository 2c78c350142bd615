"""The sessions' table says whose each session is. It is Django's own, under a model of ours."""

from typing import Any

from django.db import migrations, models

TABLE = [
    'CREATE TABLE IF NOT EXISTS "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY,'
    ' "session_data" text NOT NULL, "expire_date" %(time)s NOT NULL)',
    'CREATE INDEX IF NOT EXISTS "django_session_expire_date_a5c62663" ON "django_session" ("expire_date")',
]
CHUNK = 500


def make_table(apps: Any, schema_editor: Any) -> None:
    time = "datetime" if schema_editor.connection.vendor == "sqlite" else "timestamp with time zone"
    for statement in TABLE:
        schema_editor.execute(statement % {"time": time})


def say_whose(apps: Any, schema_editor: Any) -> None:
    """Also of those from before, so that ending all sessions reaches them. An unreadable one opens nothing anyway."""
    from reelballers.sessions import SessionStore

    sessions, store = apps.get_model("reelballers", "Session").objects, SessionStore()
    batch = []
    for row in sessions.iterator(chunk_size=CHUNK):
        row.user_id = store.decode(row.session_data).get("_auth_user_id")
        batch.append(row)
        if len(batch) == CHUNK:
            sessions.bulk_update(batch, ["user_id"])
            batch.clear()
    sessions.bulk_update(batch, ["user_id"])


class Migration(migrations.Migration):
    dependencies = [("reelballers", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_table, migrations.RunPython.noop)],
            state_operations=[
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                    ],
                    options={
                        "db_table": "django_session",
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                    },
                )
            ],
        ),
        migrations.AddField("session", "user_id", models.CharField(db_index=True, max_length=32, null=True)),
        migrations.AddField("session", "device", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("session", "began_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "seen_at", models.DateTimeField(null=True)),
        migrations.RunPython(say_whose, migrations.RunPython.noop),
    ]
