"""When the sandbox starts, when it refuses, and how fast it stops."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.testing import RunningSandbox

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FLY_APP_NAME", "reel-ballers-api"),
        ("STRIPE_SECRET_KEY", "sk_live_" + "a" * 30),
        ("STRIPE_SECRET_KEY", "rk_live_" + "a" * 30),
        ("SANDBOX_PORT", "eight"),
    ],
)
def test_it_refuses_where_play_money_could_pass_for_real(tmp_path, name, value):
    environment = {**os.environ, "DATA_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-m", "sandbox"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, timeout=20, check=False)
    assert done.returncode == 2
    assert name.encode() in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told(tmp_path, with_signal):
    sandbox = RunningSandbox(tmp_path).start()
    sandbox.stop(with_signal)
    assert sandbox.process.returncode == 0


def test_a_port_in_use_is_named(tmp_path):
    with RunningSandbox(tmp_path) as sandbox:
        command = [sys.executable, "-m", "sandbox"]
        done = subprocess.run(
            command, env=sandbox.environment, cwd=ROOT, capture_output=True, timeout=20, check=False
        )
    assert done.returncode == 2
    assert f"port {sandbox.port}" in done.stderr.decode()


def test_it_runs_on_the_sqlite_of_the_house() -> None:
    """The system's has the WAL-reset bug."""
    script = "import sandbox.settings, sqlite3; print(sqlite3.sqlite_version_info >= (3, 51, 3))"
    environment = {**os.environ, "SANDBOX_PORT": "1", "DATA_DIR": "/tmp/x"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"True"
