"""The tests do not read the environment of whoever runs them."""

import os
import subprocess
import sys

from tests.product import ROOT

HOSTILE = {
    "PORT": "8123",
    "SANDBOX_PORT": "8123",
    "HOST": "192.0.2.1",
    "APP_URL": "https://app.example.com",
    "API_URL": "https://api.example.com",
    "ALLOWED_HOSTS": "nobody.example.com",
    "DATA_DIR": "/nonexistent",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "DEBUG": "on",
    "SECRET_KEY": "short",
    "CALLBACK_SECRET": "short",
    "PAYMENTS": "stripe",
    "STRIPE_SECRET_KEY": "sk_live_" + "x" * 24,
    "STRIPE_WEBHOOK_SECRET": "not one",
    "STRIPE_API_BASE": "http://127.0.0.1:1",
    "STRIPE_PAYMENT_METHODS": "none",
    "EXPORT_BACKEND": "modal",
    "MODAL_TOKEN_ID": "nobody",
    "FLY_APP_NAME": "reel-ballers-api",
    "S3_BUCKET": "nowhere",
    "BACKUP_URL": "file:///nonexistent",
    "MAX_UPLOAD_BYTES": "1",
    "TOPUP_MIN_CENTS": "none",
    "THROTTLES": "on",
    "THROTTLE_CALLS_PER_SECOND": "1",
    "WEB_CONCURRENCY": "0",
    "LOG_LEVEL": "CRITICAL",
    "DJANGO_SETTINGS_MODULE": "reelballers.settings",
    "GUNICORN_CMD_ARGS": "--workers 0",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "PYTHONWARNINGS": "error",
    "LANG": "C",
    "TZ": "Asia/Kathmandu",
    "HOME": "/nonexistent",
}
# Settings, HTTP and money in this process; the sandbox and the whole product as processes of their own.
FILES = [
    "tests/test_health.py",
    "tests/test_origins.py",
    "tests/test_stripe_mode.py",
    "wallet/tests/test_topup.py",
    "sandbox/tests/test_start.py",
    "tests/test_start.py::test_who_comes_before_the_databases_waits_for_them",
]


def test_a_hostile_environment_changes_nothing() -> None:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", *FILES],
        cwd=ROOT,
        env={**kept, **HOSTILE},
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
