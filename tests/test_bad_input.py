"""Rubbish at every door: a 4xx that says why, and no row, no file, no cent moved."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from exports.shared.models import OpenJob
from reelballers.models import Session, User
from reelballers.user_db import user_db, user_transaction
from wallet import ledger
from wallet.models import LedgerEntry, Topup

pytestmark = pytest.mark.django_db

POSTS = ["/api/topup", "/api/debit", "/api/export/quote", "/api/export/start"]
FIELDS = {
    "/api/topup": {"amount_cents": 500},
    "/api/debit": {"job_id": "job", "cost_cents": 5},
    "/api/export/quote": {"project_id": "p", "type": "framing", "params": {}},
    "/api/export/start": {"project_id": "p", "type": "framing", "params": {}, "cost_cents": 5},
}
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"job_id": "\\ud800", "cost_cents": 1}',
    b"[" * 100_000,
    b'{"amount_cents": ' + b"9" * 5000 + b"}",
    b'{"type": "' + b"x" * 1_000_000 + b'"}',
]
VALUES: list[Any] = [
    None,
    True,
    "",
    "5",
    "x" * 1_000,
    -1,
    0,
    5.0,
    1e308,
    10**30,
    [],
    {},
    [1],
    {"a": 1},
    "\x00",
    "\u202e",
]


@pytest.fixture
def guest(client: Client, user_id: str) -> Client:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=100, form_id="start", actor="test", note="")
    session = client.session
    session[SESSION_KEY], session["renewed_at"] = user_id, int(time.time())
    session.save()
    return client


@pytest.fixture(autouse=True)
def _nothing_moves(guest: Client, user_id: str, settings) -> Any:
    yield
    with user_db(user_id):
        assert LedgerEntry.objects.count() == 1
        assert Topup.objects.count() == 0
    assert (User.objects.count(), Session.objects.count(), OpenJob.objects.count()) == (1, 1, 0)
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.mp4"))


def refused(answer: Any) -> bool:
    return 400 <= answer.status_code < 500 and "Traceback" not in answer.content.decode(errors="replace")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_bodies_that_are_no_request(guest: Client, path: str, body: bytes) -> None:
    assert refused(guest.post(path, body, content_type="application/json"))


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        (path, field, value)
        for path in POSTS
        for field, good in FIELDS[path].items()
        for value in VALUES
        if not (field == "params" and isinstance(value, dict))
        and not (field == "job_id" and value in ("5", "\u202e"))
        and not (field == "cost_cents" and value == 0 and path == "/api/export/start")
    ],
)
def test_fields_of_the_wrong_kind_are_named(guest: Client, path: str, field: str, value: Any) -> None:
    answer = guest.post(path, {**FIELDS[path], field: value}, content_type="application/json")
    assert refused(answer), answer.content[:300]
    if answer.status_code == 400:
        assert any(name.startswith(field) for name in answer.json()), answer.json()
    else:  # a well-formed text that names no project
        assert (field, answer.status_code) == ("project_id", 404)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (path, field)
        for path in POSTS
        for field in FIELDS[path]
        if field != "params" and (path, field) != ("/api/export/start", "cost_cents")  # optional
    ],
)
def test_missing_fields_are_named(guest: Client, path: str, field: str) -> None:
    body = {name: value for name, value in FIELDS[path].items() if name != field}
    answer = guest.post(path, body, content_type="application/json")
    assert (answer.status_code, field in answer.json()) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"/api/{kind}/{thing}"
            for kind in ("projects", "export", "topup")
            for thing in ("nothing", "' OR 1=1", "%00", "…")
        ),
        "/api/projects/x/video",
        "/api/projects/x/thumbnail",
        "/api/export/x/output",
        "/api/nowhere",
        "/api/wallet/",
    ],
)
def test_addresses_of_nothing(guest: Client, path: str) -> None:
    assert guest.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/api/nowhere", "/api/wallet/", "/api/webhook/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_of_nothing_says_so_in_json(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    "path", ["/api/wallet/ledger?cursor=x", "/api/wallet/statement?month=x", "/api/wallet/statement"]
)
def test_queries_that_mean_nothing(guest: Client, path: str) -> None:
    assert refused(guest.get(path))


@pytest.mark.parametrize("path", ["/api/wallet/ledger", "/api/projects", "/api/export"])
@pytest.mark.parametrize(
    "place", ["p=x", "p=", "p=0001-01-01T00:00:00%2B14:00", "p=" + "9" * 40, "o=" + "9" * 40, "r=x"]
)
def test_cursors_of_somebodys_making(guest: Client, path: str, place: str) -> None:
    cursor = base64.b64encode(place.encode()).decode()
    assert guest.get(path, {"cursor": cursor}).status_code in {200, 404}


@pytest.mark.parametrize("path", ["/api/wallet", "/api/config", "/api/me", "/api/export/x/output"])
def test_the_wrong_method(guest: Client, path: str) -> None:
    assert guest.post(path, {}, content_type="application/json").status_code == 405
