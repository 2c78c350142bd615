"""What is read from the environment; `test_gate.py` has what stops the boot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "APP_URL": "https://app.example.com",
    "API_URL": "https://api.example.com",
    "SECRET_KEY": "s" * 40,
    "CALLBACK_SECRET": "c" * 40,
    "STRIPE_SECRET_KEY": "sk_test_" + "x" * 24,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "x" * 24,
}
READ = (
    "from django.conf import settings as s;"
    "print(s.PAYMENTS, s.IS_SANDBOX, s.STRIPE_API_BASE, s.PORT, s.ALLOWED_HOSTS)"
)


HOW_IT_IS_OPENED = (
    "import django; django.setup();"
    "from django.db import connection as c;"
    "print(*(c.cursor().execute(f'PRAGMA {name}').fetchone()[0] for name in ('journal_mode', 'synchronous')))"
)


def boot(tmp_path: Path, code: str = READ, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "reelballers.settings",
        "DATA_DIR": str(tmp_path),
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_boots_with_nothing_set(tmp_path: Path) -> None:
    assert boot(tmp_path).stdout.startswith("sandbox True http://127.0.0.1:8001 8000")


def test_the_sandbox_is_one_port_up(tmp_path: Path) -> None:
    assert "http://127.0.0.1:9001 9000" in boot(tmp_path, PORT="9000").stdout


def test_it_boots_in_production(tmp_path: Path) -> None:
    done = boot(tmp_path, **PRODUCTION)
    assert done.stdout.startswith(
        "stripe False https://api.stripe.com 8000 ['api.example.com', 'app.example.com']"
    )


def test_another_api_base_is_taken_with_test_keys(tmp_path: Path) -> None:
    keys = {"STRIPE_SECRET_KEY": "sk_test_" + "x" * 24, "STRIPE_WEBHOOK_SECRET": "whsec_x"}
    assert "http://127.0.0.1:7777" in boot(tmp_path, **keys, STRIPE_API_BASE="http://127.0.0.1:7777").stdout


def test_another_sqlite_file_is_opened_as_our_own_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    assert boot(tmp_path, HOW_IT_IS_OPENED, DATABASE_URL=url).stdout == "wal 2\n"
    assert [path.name for path in tmp_path.glob("*.sqlite3")] == ["other.sqlite3"]


def test_local_secrets_are_random_per_folder_and_stay(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        boot(tmp_path / name)
    first, second = ((tmp_path / name / "secrets.json").read_text() for name in ("a", "b"))
    assert first != second
    assert (tmp_path / "a" / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="installed elsewhere than make does")
def test_any_python_finds_what_make_installed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys._base_executable, "manage.py", "version"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.startswith("5."), done.stderr
