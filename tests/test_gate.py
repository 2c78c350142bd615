"""The boot gate: outside this machine each wrong or missing value, alone, stops the start in one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product import ROOT
from tests.test_nobody import can_be_nobody

KEY = "k7Qz-0123456789abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "APP_URL": "https://app.example.com",
    "API_URL": "https://api.example.com",
    "SECRET_KEY": KEY,
    "CALLBACK_SECRET": KEY[::-1],
    "PAYMENTS": "stripe",
    "STRIPE_SECRET_KEY": "sk_live_" + "x" * 24,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "x" * 24,
    "STRIPE_PUBLISHABLE_KEY": "pk_live_" + "x" * 24,
    "EXPORT_BACKEND": "modal",
    "MODAL_TOKEN_ID": "ak-1",
    "MODAL_TOKEN_SECRET": "as-1",
    "BACKUP_URL": "s3://copies/wallets",
    "MAIL_API_KEY": "re_1",
    "MAIL_FROM": "Reel Ballers <hello@example.com>",
    "SUPPORT_EMAIL": "help@example.com",
    "DISK_RESERVE_BYTES": "1000",
    "MAX_UPLOAD_BYTES": "1000",
}
TEST_KEY = {"STRIPE_SECRET_KEY": "sk_test_" + "x" * 24, "STRIPE_PUBLISHABLE_KEY": "pk_test_x"}
# What is wrong, and the variable that the one line begins with.
WRONG_IN_PRODUCTION = [
    ({"APP_URL": "http://app.example.com"}, "APP_URL"),
    ({"APP_URL": "app.example.com"}, "APP_URL"),
    ({"APP_URL": "https://[app"}, "APP_URL"),
    ({"APP_URL": "https://app.example.com/path"}, "APP_URL"),
    ({"API_URL": "http://api.example.com"}, "API_URL"),
    ({"API_URL": ""}, "API_URL"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    ({"DEBUG": "on"}, "DEBUG"),
    ({"SECRET_KEY": ""}, "SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
    ({"SECRET_KEY": f"{KEY},short"}, "SECRET_KEY"),
    ({"CALLBACK_SECRET": ""}, "CALLBACK_SECRET"),
    ({"CALLBACK_SECRET": "short"}, "CALLBACK_SECRET"),
    ({"CALLBACK_SECRET": KEY}, "CALLBACK_SECRET"),
    ({"PAYMENTS": "sandbox"}, "PAYMENTS"),
    ({"PAYMENTS": "sandbox", **TEST_KEY}, "PAYMENTS"),
    ({"STRIPE_SECRET_KEY": "", "STRIPE_PUBLISHABLE_KEY": "pk_test_x"}, "STRIPE_SECRET_KEY"),
    ({"STRIPE_SECRET_KEY": "sk_live_short"}, "STRIPE_SECRET_KEY"),
    ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
    ({"STRIPE_WEBHOOK_SECRET": "secret"}, "STRIPE_WEBHOOK_SECRET"),
    ({"STRIPE_PUBLISHABLE_KEY": ""}, "STRIPE_PUBLISHABLE_KEY"),
    ({"STRIPE_PUBLISHABLE_KEY": "pk_test_x"}, "STRIPE_PUBLISHABLE_KEY"),
    ({"STRIPE_PUBLISHABLE_KEY": "sk_live_x"}, "STRIPE_PUBLISHABLE_KEY"),
    ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
    ({**TEST_KEY, "STRIPE_API_BASE": "http://stripe.example.com"}, "STRIPE_API_BASE"),
    ({"EXPORT_BACKEND": "local"}, "EXPORT_BACKEND"),
    ({"MODAL_TOKEN_ID": ""}, "MODAL_TOKEN_ID"),
    ({"MODAL_TOKEN_SECRET": ""}, "MODAL_TOKEN_SECRET"),
    ({"BACKUP_URL": ""}, "BACKUP_URL"),
    ({"BACKUP_URL": "copies"}, "BACKUP_URL"),
    ({"MAIL_API_KEY": ""}, "MAIL_API_KEY"),
    ({"MAIL_API_URL": "http://mail.example.com"}, "MAIL_API_URL"),
    ({"MAIL_FROM": ""}, "MAIL_FROM"),
    ({"MAIL_FROM": "hello"}, "MAIL_FROM"),
    ({"SUPPORT_EMAIL": ""}, "SUPPORT_EMAIL"),
    ({"SUPPORT_EMAIL": "help"}, "SUPPORT_EMAIL"),
    ({"DISK_RESERVE_BYTES": str(10**18)}, "DATA_DIR"),
    ({"DATA_DIR": "/proc/nothing"}, "DATA_DIR"),
    ({"FLY_APP_NAME": "reel-ballers-api"}, "DATA_DIR"),
    ({"DATABASE_URL": "oracle://nobody@nowhere/none"}, "DATABASE_URL"),
    ({"S3_BUCKET": "media"}, "S3_BUCKET"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
]
WRONG_ANYWHERE = [
    ({"PORT": "eighty"}, "PORT"),
    ({"PORT": "-1"}, "PORT"),
    ({"APP_URL": "localhost"}, "APP_URL"),
    ({"THROTTLES": "perhaps"}, "THROTTLES"),
    ({"PAYMENTS": "paypal"}, "PAYMENTS"),
    ({"PAYMENTS": "stripe", **TEST_KEY}, "STRIPE_WEBHOOK_SECRET"),
    ({"PAYMENTS": "sandbox", "STRIPE_SECRET_KEY": PRODUCTION["STRIPE_SECRET_KEY"]}, "PAYMENTS"),
    ({"EXPORT_BACKEND": "cloud"}, "EXPORT_BACKEND"),
    ({"EXPORT_BACKEND": "modal", "MODAL_TOKEN_SECRET": "as-1"}, "MODAL_TOKEN_ID"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
    ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY"),
    (
        {
            "PAYMENTS": "stripe",
            "STRIPE_SECRET_KEY": PRODUCTION["STRIPE_SECRET_KEY"],
            "STRIPE_WEBHOOK_SECRET": PRODUCTION["STRIPE_WEBHOOK_SECRET"],
            "DEBUG": "on",
        },
        "DEBUG",
    ),
]


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def serve(data_dir: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return python("-m", "reelballers.serve", **{"DATA_DIR": str(data_dir), **environment})


@pytest.mark.parametrize(("wrong", "named"), WRONG_IN_PRODUCTION)
def test_each_wrong_value_alone_is_refused_in_one_line(
    tmp_path: Path, wrong: dict[str, str], named: str
) -> None:
    done = serve(tmp_path, {**PRODUCTION, **wrong})
    assert_refused(done, named)


@pytest.mark.parametrize(("wrong", "named"), WRONG_ANYWHERE)
def test_a_wrong_value_is_refused_on_this_machine_too(
    tmp_path: Path, wrong: dict[str, str], named: str
) -> None:
    assert_refused(serve(tmp_path, wrong), named)


def assert_refused(done: subprocess.CompletedProcess[str], named: str) -> None:
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(named)


def test_all_is_said_at_once(tmp_path: Path) -> None:
    done = serve(tmp_path, {"APP_URL": "https://app.example.com", "PORT": "eighty"})
    said = {line.split(maxsplit=1)[0].partition("=")[0] for line in done.stderr.splitlines()}
    assert said >= {
        "PORT",
        "SECRET_KEY",
        "CALLBACK_SECRET",
        "PAYMENTS",
        "EXPORT_BACKEND",
        "BACKUP_URL",
        "MAIL_FROM",
    }


def test_what_is_right_may_pass(tmp_path: Path) -> None:
    done = python("-m", "reelballers.gate", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_does_not_stop_who_has_served_before(tmp_path: Path) -> None:
    (tmp_path / "default.sqlite3").touch()
    full = {**PRODUCTION, "DISK_RESERVE_BYTES": str(10**18)}
    assert python("-m", "reelballers.gate", **full, DATA_DIR=str(tmp_path)).stderr == ""


def test_the_deploy_check_is_clean(tmp_path: Path) -> None:
    done = python(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, DATA_DIR=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr


def test_the_deploy_check_says_what_the_gate_says(tmp_path: Path) -> None:
    wrong = {**PRODUCTION, "MAIL_API_KEY": ""}
    done = python("manage.py", "check", "--deploy", **wrong, DATA_DIR=str(tmp_path))
    assert "MAIL_API_KEY must be set" in done.stderr


@pytest.mark.parametrize("command", ["audit", "user_db"])
def test_who_looks_for_faults_is_not_stopped(tmp_path: Path, command: str) -> None:
    environment = {"APP_URL": "https://app.example.com", "DATA_DIR": str(tmp_path)}
    python("manage.py", "setup", **environment)
    arguments = {"audit": ["audit"], "user_db": ["user_db", "reindex"]}[command]
    done = python("manage.py", *arguments, **environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not can_be_nobody(), reason="no user namespaces here")
@pytest.mark.parametrize(
    ("marked_for", "code"), [("reel-ballers-api", 0), ("reel-ballers-api-staging", 1), (None, 1)]
)
def test_on_fly_only_its_own_volume_is_served(tmp_path: Path, marked_for: str | None, code: int) -> None:
    environment = {**PRODUCTION, "DATA_DIR": str(tmp_path), "FLY_APP_NAME": "reel-ballers-api"}
    mark = f'FLY_APP_NAME={marked_for} "$0" manage.py setup --new-volume >/dev/null &&' if marked_for else ""
    on_a_mount = f'mount -t tmpfs tmpfs "$DATA_DIR" && {mark} exec "$0" -m reelballers.gate'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", on_a_mount, sys.executable],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == code


def test_an_old_sqlite_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "pysqlite3").mkdir()
    (tmp_path / "pysqlite3" / "__init__.py").write_text(
        "sqlite_version, sqlite_version_info = '3.40.1', (3, 40, 1)"
    )
    (tmp_path / "pysqlite3" / "dbapi2.py").touch()
    done = serve(tmp_path, {"PYTHONPATH": str(tmp_path)})
    assert_refused(done, "SQLite 3.40.1")
