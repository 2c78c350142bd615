"""Limits: counted in memory, told with Retry-After, wide enough for a busy user."""

import pytest
from django.test import Client

from reelballers import throttles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _throttles_on(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.THROTTLES = True
    monkeypatch.setattr(throttles, "buckets", throttles.TokenBuckets())


def test_two_hundred_calls_at_once_are_fine(client: Client) -> None:
    assert {client.get("/api/config").status_code for _ in range(200)} == {200}


def test_too_many_calls_are_told_when_to_come_back(client: Client, settings) -> None:
    settings.THROTTLE_CALLS_PER_SECOND = 0.1
    answers = [client.get("/api/config") for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_an_address_cannot_make_guests_without_end(client: Client, settings) -> None:
    settings.THROTTLE_GUESTS_PER_HOUR = 1
    body = {"data": {"amount_cents": 1}, "content_type": "application/json"}
    assert [Client().post("/api/topup", **body).status_code for _ in range(2)] == [400, 429]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.5", "::ffff:203.0.113.5", True),
        ("::ffff:203.0.113.5", "::ffff:203.0.113.6", False),
        ("203.0.113.5", "203.0.113.6", False),
        ("", "", True),
    ],
)
@pytest.mark.parametrize("fly", ["", "reel-ballers-api"])
def test_whoever_has_one_address_of_a_network_has_all(
    settings, fly: str, first: str, second: str, is_one: bool
) -> None:
    settings.FLY_APP_NAME, settings.THROTTLE_GUESTS_PER_HOUR = fly, 1
    body = {"data": {"amount_cents": 1}, "content_type": "application/json"}
    answers = [
        Client().post(
            "/api/topup", **body, REMOTE_ADDR="10.0.0.1" if fly else ip, headers={"Fly-Client-IP": ip}
        )
        for ip in (first, second)
    ]
    assert [each.status_code for each in answers] == [400, 429 if is_one else 400]


def test_one_visitors_limit_is_not_anothers() -> None:
    buckets = throttles.TokenBuckets()
    assert buckets.take("a", per_second=0.01, burst=1) == 0
    assert buckets.take("a", per_second=0.01, burst=1) > 0
    assert buckets.take("b", per_second=0.01, burst=1) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "MAX_BUCKETS", 10)
    buckets = throttles.TokenBuckets()
    for number in range(100):
        buckets.take(str(number), per_second=1, burst=1)
    assert len(buckets._buckets) == 10


def test_they_can_be_switched_off(client: Client, settings) -> None:
    settings.THROTTLES, settings.THROTTLE_CALLS_PER_SECOND = False, 1
    assert {client.get("/api/config").status_code for _ in range(30)} == {200}
