"""What no view answers: JSON under /api, 503 for what passes by itself, one line of log for a visitor's nonsense."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from reelballers.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = f"/api/callbacks/exports/{'a' * 32}.{'b' * 24}.1.9999999999/order"


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@contextmanager
def read_only(alias: str) -> Iterator[None]:
    """As on a volume that was mounted read-only: SQLite says the same words."""
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA query_only = 0")


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_under_api_is_json(browser: Client, settings: Any, debug: bool) -> None:
    settings.DEBUG, settings.CALLBACK_SECRETS = debug, None
    answer = browser.get(ORDER)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    assert "fault of ours" in answer.json()["detail"]
    assert int(answer["Content-Length"]) == len(answer.content)


def test_a_fault_outside_of_views_is_json_under_api(browser: Client, settings: Any) -> None:
    settings.CORS_URLS_REGEX = None  # breaks the middleware
    answer = browser.get("/api/config", headers={"origin": "http://localhost:8000"})
    assert (answer.status_code, "fault of ours" in answer.json()["detail"]) == (500, True)


def test_a_read_only_shared_database_passes_by_itself(browser: Client) -> None:
    with read_only("default"):
        answer = browser.post("/api/topup", {"amount_cents": 500}, content_type="application/json")
        assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
        assert "nothing was changed" in answer.json()["detail"]
        assert browser.get("/api/wallet").status_code == 200
    assert User.objects.count() == 0


def test_a_read_only_shared_database_is_no_fault_of_the_admins_pages(browser: Client) -> None:
    User.objects.create_superuser("op@example.com", "a long enough secret")
    facts = {"username": "op@example.com", "password": "a long enough secret"}
    with read_only("default"):
        assert browser.post("/admin/login/", facts).status_code == 503


def test_a_method_that_a_plain_view_refuses_is_refused_in_json(browser: Client) -> None:
    answer = browser.get("/api/webhook")
    assert (answer.status_code, answer["Allow"], answer.json()) == (
        405,
        "POST",
        {"detail": "Method Not Allowed."},
    )


def test_a_wrong_host_is_refused_in_json_and_logged_in_one_line(
    browser: Client, settings: Any, log: io.StringIO
) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = browser.get("/api/wallet", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "Bad Request."})
    told = [line for line in log.getvalue().splitlines() if "reelballers.access" not in line]
    assert (len(told), "evil.example" in told[0]) == (1, True)
