"""Alive and ready."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reelballers.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_with_a_worker(client: Client) -> None:
    Heartbeat.objects.create(name="w", beaten_at=timezone.now())
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("age", [None, timedelta(minutes=5)])
def test_not_ready_without_a_worker(client: Client, age: timedelta | None) -> None:
    if age is not None:
        Heartbeat.objects.create(name="w", beaten_at=timezone.now() - age)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["faults"] == ["no worker was seen lately"]


def test_not_ready_without_the_user_databases(client: Client, settings, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file"
    assert client.get("/readyz").status_code == 503
