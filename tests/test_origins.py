"""Who may make unsafe calls: the Origin rules that stand in for CSRF tokens on /api."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

JSON = {"content_type": "application/json"}


def debit(client: Client, **headers: str) -> int:
    return client.post("/api/debit", {"job_id": "a", "cost_cents": 1}, **JSON, headers=headers).status_code


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://testserver"])
def test_our_own_origins_may_act(client: Client, origin: str) -> None:
    assert debit(client, origin=origin) == 402


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:8000.evil.example",
        "http://localhost",
        "https://testserver",
        "",
    ],
)
def test_any_other_origin_is_refused(client: Client, origin: str) -> None:
    assert debit(client, origin=origin) == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_browser_without_origin_may_act_from_our_own_pages(client: Client, site: str) -> None:
    assert debit(client, **{"sec-fetch-site": site}) == 402


@pytest.mark.parametrize("site", ["same-site", "cross-site", "nonsense"])
def test_a_browser_without_origin_may_not_act_from_elsewhere(client: Client, site: str) -> None:
    assert debit(client, **{"sec-fetch-site": site}) == 403


def test_a_program_without_either_header_may_act(client: Client) -> None:
    assert debit(client) == 402


def test_reading_is_not_checked(client: Client) -> None:
    assert client.get("/api/wallet", headers={"origin": "https://evil.example"}).status_code == 200


def test_a_form_post_is_not_json(client: Client) -> None:
    assert client.post("/api/topup", {"amount_cents": 500}).status_code == 415


def test_cors_answers_the_app_and_nobody_else(client: Client, settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    ours = client.get("/api/wallet", headers={"origin": "https://app.example.com"})
    assert ours["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert ours["Access-Control-Allow-Credentials"] == "true"
    theirs = client.get("/api/wallet", headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in theirs


def test_the_admin_keeps_its_csrf_tokens() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 403
