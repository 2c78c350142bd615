"""Who waits for whose end, and how long: each wait is longer than those within it, up to Fly's own."""

import tomllib

import pytest

from operators.management.commands import backup, worker
from reelballers import gate, gunicorn, serve
from tests.product import ROOT

CONFIGURATIONS = ["fly.toml", "fly.staging.toml"]


def fly(name: str) -> dict:
    return tomllib.loads((ROOT / name).read_text())


def test_the_manager_waits_longer_than_each_part() -> None:
    """Litestream's last sync may take longer than all else, and was cut short."""
    parts = (gunicorn.graceful_timeout, backup.STOP_SECONDS, worker.LOOPS_END_SECONDS)
    assert max(parts) < serve.STOP_SECONDS


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_fly_waits_longer_than_the_manager(name: str) -> None:
    configuration = fly(name)
    assert configuration["kill_signal"] == "SIGTERM"
    assert int(configuration["kill_timeout"].removesuffix("s")) > serve.STOP_SECONDS
    assert configuration["restart"] == [{"policy": "always"}]


def test_a_hung_part_is_started_again_within_two_minutes() -> None:
    from django.conf import settings

    assert settings.WATCHDOG_SECONDS <= 90
    assert gunicorn.timeout <= 90


def test_staging_is_production_by_another_name() -> None:
    production, staging = map(fly, CONFIGURATIONS)
    assert staging["app"] == gate.STAGING_APP
    for part in ("kill_timeout", "restart", "vm", "swap_size_mb"):
        assert staging[part] == production[part]
    assert staging["env"].keys() == production["env"].keys()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_check_asks_for_the_host_that_is_served(name: str) -> None:
    configuration = fly(name)
    (check,) = configuration["http_service"]["checks"]
    assert f"https://{check['headers']['Host']}" == configuration["env"]["API_URL"]
