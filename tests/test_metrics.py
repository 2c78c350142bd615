"""`/metrics`: for whoever has the token, over all processes, also when a part of it cannot be told."""

from pathlib import Path

import pytest
import requests
from django.test import Client
from django.utils import timezone

from exports.shared.models import OpenJob
from operators.models import HourTotal
from reelballers.models import WalletSummary
from tests.product import Product
from tests.visitor import Visitor
from wallet.shared.models import InboxEvent

TOKEN = "m" * 64


@pytest.fixture
def scrape(client: Client, settings, db: None):
    settings.METRICS_TOKEN = TOKEN

    def read() -> dict[str, float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return samples(answer.content.decode())

    return read


def samples(text: str) -> dict[str, float]:
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in text.splitlines())}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "given", "status"), [("", "", 404), (TOKEN, "", 401), (TOKEN, "wrong", 401)]
)
def test_it_is_for_whoever_has_the_token(
    client: Client, settings, token: str, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = token
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    assert client.get("/metrics", headers=headers).status_code == status


def test_it_tells_of_money_webhooks_and_jobs(scrape) -> None:
    now = timezone.now()
    WalletSummary.objects.create(
        user_id="a" * 32, shard="00", seen_mtime_ns=1, balance_cents=480, is_frozen=False
    )
    HourTotal.objects.create(hour=now.replace(minute=0, second=0), reason="topup", change_cents=500, lines=1)
    event = {"event_id": "evt_1", "type": "refund.created", "payload": {}, "next_attempt_at": now}
    InboxEvent.objects.create(**event)
    InboxEvent.objects.update(received_at=now - timezone.timedelta(seconds=90))
    OpenJob.objects.create(job_id="j", user_id="a" * 32)
    OpenJob.objects.update(created_at=now - timezone.timedelta(minutes=20))
    found = scrape()
    assert found['reelballers_money_today_cents{reason="topup"}'] == 500
    assert found["reelballers_wallets_owed"] == 480
    assert found["reelballers_webhooks_waiting"] == 1
    assert 90 <= found["reelballers_webhook_lag_seconds"] < 100
    assert found['reelballers_jobs_open{older_than="15m"}'] == 1
    assert found['reelballers_jobs_open{older_than="60m"}'] == 0
    assert found["reelballers_disk_free_bytes"] > 0


def test_what_cannot_be_told_hides_nothing_else(scrape, settings) -> None:
    settings.DATA_DIR = Path("/nonexistent")
    found = scrape()
    assert found['reelballers_source_failed{source="_process"}'] == 1
    assert "reelballers_webhooks_waiting" in found


def test_it_counts_over_all_processes(tmp_path: Path) -> None:
    with Product(tmp_path / "product", METRICS_TOKEN=TOKEN, WEB_CONCURRENCY="2") as product:
        for _ in range(20):
            visitor = Visitor(product.base_url, product.sandbox_url)  # a connection of its own: any process
            visitor.get("/api/wallet")
        answer = requests.get(
            f"{product.base_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10
        )
    found = samples(answer.text)
    assert found['reelballers_requests_total{kind="api",status="2xx"}'] == 20
    assert found['reelballers_request_seconds_bucket{kind="api",le="+Inf"}'] == 20
