"""Stripe's objects in the sandbox's database: load, save, find."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from sandbox.errors import no_such
from sandbox.models import Delivery, IdempotentAnswer, Mail, Setting, StoredObject, Task

StripeDict = dict[str, Any]

# One process, one writer: every change sees the last one, and nobody waits on SQLite's own lock.
_writing = threading.RLock()


def create_tables() -> None:
    """Make the tables that are missing. A state file is throw-away, so there are no migrations."""
    existing = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in (StoredObject, Delivery, Task, IdempotentAnswer, Mail, Setting):
            if model._meta.db_table not in existing:
                editor.create_model(model)


@contextmanager
def changes() -> Iterator[None]:
    """Everything inside happens at once or not at all, after all that came before."""
    with _writing, transaction.atomic("default"):
        yield


def save(body: StripeDict) -> StripeDict:
    """Insert or replace by id."""
    row = StoredObject(stripe_id=body["id"], kind=body["object"], created=body.get("created", 0), body=body)
    StoredObject.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["stripe_id"], update_fields=["kind", "created", "body"]
    )
    return body


def load(stripe_id: str, *kinds: str) -> StripeDict:
    """The object by this id, of one of these kinds; Stripe's 404 when there is none."""
    row = StoredObject.objects.filter(stripe_id=stripe_id, kind__in=kinds).first()
    if row is None:
        raise no_such(kinds[0], stripe_id)
    return row.body


def peek(stripe_id: str) -> StripeDict | None:
    """The object by this id of whatever kind, or None."""
    row = StoredObject.objects.filter(stripe_id=stripe_id).first()
    return None if row is None else row.body


def find(kind: str, **filters: Any) -> list[StripeDict]:
    """Objects of this kind whose fields equal `filters`, newest first."""
    rows = StoredObject.objects.filter(
        kind=kind, **{f"body__{name}": value for name, value in filters.items()}
    )
    return [row.body for row in rows.order_by("-id")]


def delete(stripe_id: str) -> None:
    StoredObject.objects.filter(stripe_id=stripe_id).delete()


def public(value: Any) -> Any:
    """A copy without our own underscored keys."""
    if isinstance(value, dict):
        return {key: public(item) for key, item in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [public(item) for item in value]
    return value


def get_setting(name: str, default: Any) -> Any:
    row = Setting.objects.filter(name=name).first()
    return default if row is None else row.value


def set_setting(name: str, value: Any) -> None:
    Setting.objects.update_or_create(name=name, defaults={"value": value})
