"""Plain SQL and prepared rows: what the ORM would say, in the file that is open, and refused as it would be."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError

from exports.models import ExportJob, State
from exports.models import Project as Clip
from reelballers.user_db import NoUserContext, WrongUserContext, sql, user_db, user_transaction
from reelballers.user_db import pool as pools
from reelballers.user_db.rows import Prepared, insert, stored

pytestmark = pytest.mark.django_db
BY_ID = Prepared(ExportJob, "id = ?")
MOMENT = datetime(2026, 3, 1, 12, 30, 5, 1234, tzinfo=UTC)


def job(**more):
    facts = {
        "id": "j1",
        "project_id": "p",
        "project_name": "Ünï\u2028",
        "type": "framing",
        "params": {"a": [1.5]},
    }
    facts |= {"state": State.RUNNING, "cost_cents": 5, "price_version": "1", "sold_duration_ms": 1000}
    facts |= {"idempotency_hash": "", "request_hash": "", "created_at": MOMENT, "envelope": {"ok": True}}
    return ExportJob(**facts | more)


def facts_of(row):
    return {field.attname: getattr(row, field.attname) for field in type(row)._meta.concrete_fields}


@pytest.mark.parametrize(
    "more", [{}, {"envelope": None, "finished_at": MOMENT, "run_seconds": 2.5, "gpu": "T4"}]
)
def test_an_inserted_row_and_a_prepared_look_are_what_the_orm_says(user_id, more):
    with user_transaction(user_id):
        insert(job(**more))
        found = ExportJob.objects.get(pk="j1")
        assert facts_of(found) == facts_of(BY_ID.first("j1")) == facts_of(job(**more))
        assert BY_ID.first("j2") is None
        ExportJob.objects.all().delete()
        job(**more).save(force_insert=True)
        assert facts_of(BY_ID.first("j1")) == facts_of(found)


def test_what_was_found_is_at_home_in_its_file_only(user_id, new_user):
    with user_transaction(user_id):
        row = job()
        insert(row)
    with user_transaction(new_user()):
        for foreign in (row, _found_in(user_id)):
            with pytest.raises(WrongUserContext):
                insert(foreign)


def _found_in(user_id):
    with user_db(user_id):
        return BY_ID.first("j1")


def test_a_row_that_is_there_already_is_refused(user_id):
    with user_transaction(user_id):
        insert(job())
    with pytest.raises(IntegrityError), user_transaction(user_id):
        insert(job())
    with user_transaction(user_id):
        assert sql.run("UPDATE export_jobs SET gpu = ?", "T4") == 1


def test_outside_a_users_file_there_is_nothing_to_ask():
    for ask in (lambda: sql.row("SELECT 1"), lambda: sql.run("SELECT 1"), lambda: BY_ID.first("j")):
        with pytest.raises(NoUserContext):
            ask()


def test_the_models_in_use_have_no_column_that_a_prepared_look_would_read_otherwise(user_id):
    with user_transaction(user_id):
        clip = Clip(
            name="n",
            duration_ms=1,
            width=2,
            height=3,
            fps=2.5,
            has_audio=True,
            size_bytes=4,
            created_at=MOMENT,
        )
        clip.source_path = "s"
        insert(clip)
        assert facts_of(Prepared(Clip, "id = ?").first(clip.id)) == facts_of(Clip.objects.get(pk=clip.id))


def test_a_time_compares_with_stored_ones(user_id):
    with user_transaction(user_id):
        insert(job())
        assert sql.rows("SELECT 1 FROM export_jobs WHERE created_at = ?", stored(MOMENT)) == [(1,)]


def test_a_look_by_plain_sql_does_not_wait_for_djangos_functions_and_the_orm_has_them(user_id):
    pools.pool.close_idle(user_id)
    with user_db(user_id):
        assert sql.row("SELECT balance_cents FROM wallet") == (0,)
        with pytest.raises(OperationalError, match="no such function"):
            sql.row("SELECT 'xa' REGEXP '^x'")
        assert not ExportJob.objects.filter(created_at__year__gte=2026, project_name__regex="^x").exists()
        assert sql.row("SELECT 'xa' REGEXP '^x'") == (1,)


def test_references_and_durability_hold_on_every_connection(user_id):
    pools.pool.close_idle(user_id)
    with user_db(user_id):
        assert [sql.row(f"PRAGMA {name}") for name in ("foreign_keys", "synchronous", "mmap_size")] == [
            (1,),
            (2,),
            (0,),
        ]
