"""Alive and ready."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db import connection
from django.test import Client
from django.utils import timezone

from reelballers import health
from reelballers.models import Heartbeat
from tests.product import Product
from tests.test_nobody import can_be_nobody
from tests.test_start import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEEP_SECONDS", 0)


def test_alive_asks_nothing(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_with_a_worker(client: Client) -> None:
    Heartbeat.objects.create(name="w", beaten_at=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "faults": [], "alarms": []})


@pytest.mark.parametrize(
    ("age", "alarm"),
    [(None, "worker: none was ever seen"), (timedelta(minutes=5), "worker: last seen 300 s ago")],
)
def test_a_silent_worker_is_an_alarm_and_takes_nothing_off_the_air(
    client: Client, age: timedelta | None, alarm: str
) -> None:
    """A worker that stands still must not keep Stripe's webhooks out."""
    if age is not None:
        Heartbeat.objects.create(name="w", beaten_at=timezone.now() - age)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["alarms"] == [alarm]


def test_a_web_that_writes_is_no_worker(client: Client) -> None:
    for _ in range(2):
        assert client.get("/readyz").json()["alarms"] == ["worker: none was ever seen"]
    assert Heartbeat.objects.get().name.startswith(Heartbeat.WEB)


def test_who_asks_often_makes_it_write_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    client.get("/readyz")
    monkeypatch.setattr(health, "KEEP_SECONDS", 3600)
    with django_assert_num_queries(1):  # how old the worker is
        assert client.get("/readyz").status_code == 200


def test_little_room_is_an_alarm(client: Client, settings) -> None:
    Heartbeat.objects.create(name="w", beaten_at=timezone.now())
    settings.DISK_RESERVE_BYTES = 10**18
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "less than the reserve" in answer.json()["alarms"][0]


def test_not_ready_without_the_user_databases(client: Client, settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert client.get("/readyz").status_code == 503


def test_not_ready_while_the_shared_database_takes_no_writes(client: Client) -> None:
    client.get("/readyz")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute("PRAGMA query_only=OFF")
    assert answer.status_code == 503
    assert "shared database: attempt to write a readonly database" in answer.json()["faults"]


def test_not_ready_on_another_schema(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_was_current", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reelballers'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "its schema is another release's" in answer.json()["faults"][0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Product]:
    """The product on a disk of 8 MB, which no process outside it sees."""
    product = Product(tmp_path / "product", WEB_CONCURRENCY="1", DISK_RESERVE_BYTES="0")
    mount = 'mount -t tmpfs -o size=8m tmpfs "$DATA_DIR" && exec "$@"'
    product.run_as = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh")
    product.log_path = tmp_path / "serve.log"
    with product:
        yield product


@pytest.mark.skipif(not can_be_nobody(), reason="no user namespaces here")
def test_a_full_disk_shows_and_passes(small_disk: Product) -> None:
    def status() -> int:
        return requests.get(f"{small_disk.base_url}/readyz", timeout=10).status_code

    assert status() == 200
    # Through the process's own view of its disk.
    filler = Path(f"/proc/{small_disk.pid}/root{small_disk.data_dir}/filler")
    fill(filler)
    wait_until(lambda: status() == 503)
    filler.unlink()
    wait_until(lambda: status() == 200)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
