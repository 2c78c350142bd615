"""Around every request: an id that leads from an answer to the log, a line of its end, and logs that programs read."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from reelballers.logs import Json, Redacting

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> Iterator[list[dict]]:
    """What production would log; filled when read."""
    stream = io.StringIO()
    handler = next(each for each in logging.getLogger().handlers if isinstance(each.formatter, Redacting))
    formatter, before = handler.formatter, handler.setStream(stream)
    handler.setFormatter(Json())

    class Entries(list):
        def __iter__(self) -> Iterator[dict]:
            return (json.loads(line) for line in stream.getvalue().splitlines())

    yield Entries()
    handler.setFormatter(formatter)
    handler.setStream(before)


def test_each_answer_has_an_id_of_its_own(client: Client) -> None:
    ids = [
        client.get(path)["X-Request-Id"] for path in ("/healthz", "/api/wallet", "/api/nowhere", "/healthz")
    ]
    assert len(set(ids)) == 4


def test_a_fault_of_ours_is_found_by_the_id_in_its_answer(entries: list[dict], settings) -> None:
    del settings.TOPUP_PACKS
    answer = Client(raise_request_exception=False).get("/api/config")
    assert answer.status_code == 500
    said = [entry for entry in entries if entry.get("request") == answer["X-Request-Id"]]
    assert next(entry for entry in said if entry["level"] == "ERROR")["cause"].startswith("Traceback")
    assert [entry for entry in said if entry.get("status") == 500]


def test_an_answer_in_json_tells_its_id_in_words(client: Client, settings) -> None:
    from reelballers import health

    settings.DATA_DIR = settings.DATA_DIR / "nowhere"
    health._kept = (float("-inf"), [])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert int(answer["Content-Length"]) == len(answer.content)


def test_a_line_tells_how_a_request_ended_and_whose_it_was(
    client: Client, user_id: str, entries: list[dict]
) -> None:
    from reelballers.models import User

    client.force_login(User.objects.get(pk=user_id))
    client.get("/api/wallet")
    (entry,) = [entry for entry in entries if entry["logger"] == "reelballers.access"]
    assert (entry["method"], entry["path"], entry["status"], entry["user"]) == (
        "GET",
        "/api/wallet",
        200,
        user_id,
    )
    assert entry["milliseconds"] >= 0


def test_a_token_in_a_path_stays_hidden(client: Client, entries: list[dict]) -> None:
    client.get("/sign-in/" + "t0ken" * 12)
    (entry,) = [entry for entry in entries if entry["logger"] == "reelballers.access"]
    assert entry["path"] == "/sign-in/[hidden]"
    assert "t0ken" not in json.dumps(entry)


def test_what_machines_ask_every_few_seconds_leaves_no_line(client: Client, entries: list[dict]) -> None:
    client.get("/healthz")
    client.get("/readyz")
    assert [entry for entry in entries if entry["logger"] == "reelballers.access"] == []


def test_a_damaged_wallet_is_an_error(client: Client, user_id: str, entries: list[dict]) -> None:
    from reelballers.models import User
    from reelballers.user_db import pool as pools
    from reelballers.user_db.paths import user_db_path

    client.force_login(User.objects.get(pk=user_id))
    pools.pool.close_idle()
    user_db_path(user_id).unlink()
    assert client.get("/api/wallet").status_code == 503
    assert [
        entry for entry in entries if entry["level"] == "ERROR" and "UserDatabaseMissing" in entry["message"]
    ]
