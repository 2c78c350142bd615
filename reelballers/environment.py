"""Reads and checks the environment. Every complaint names the variable and what to put there.

A wrong value is noted, and something harmless taken in its place: what serves or works stops at the notes
(`gate.py`), and whoever looks for what is wrong (`audit`, `user_db`) can still run.
"""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}
SECRET_CHARACTERS = 50  # what Django's own check wants
HOW_TO_MAKE_ONE = "python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one"
_faults: dict[str, None] = {}  # in order, each once: gunicorn's settings read some values again


def fault(line: str) -> None:
    """Notes a wrong value: the variable first, then what to put there."""
    _faults[line] = None


def faults() -> list[str]:
    return list(_faults)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """A comma list without empty parts."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int, *, at_least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < at_least:
        fault(f"{name} must be a whole number, {at_least} or more; it is {value!r}")
        return default
    return int(value)


def switch(name: str, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "true", "on", "yes"}:
        return True
    if value in {"0", "false", "off", "no"}:
        return False
    fault(f"{name} must be on or off; it is {value!r}")
    return default


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        fault(f"{name} must be one of {', '.join(sorted(allowed))}; it is {value!r}")
        return default
    return value


def url(name: str, default: str) -> str:
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        is_right = parts.scheme in {"http", "https"} and parts.hostname and not (parts.path or parts.query)
        host = parts.hostname or urlsplit(f"//{value}").hostname
    except ValueError:  # "[" without its "]"
        is_right, host = False, None
    if is_right:
        return value
    fault(f"{name} must be like https://app.example.com, no path; it is {value!r}")
    # Whether it was meant for this machine decides what else must be there.
    return default if host in LOOPBACK_HOSTS else f"https://{host or 'unknown.invalid'}"


def is_loopback(address: str) -> bool:
    return (urlsplit(address).hostname or "") in LOOPBACK_HOSTS


def local_secrets(data_dir: Path) -> dict[str, str]:
    """Random secrets of this DATA_DIR, made once and kept in a file only its owner can read."""
    path = data_dir / "secrets.json"
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CALLBACK_SECRET": secrets.token_urlsafe(48),
        "SANDBOX_WEBHOOK_SECRET": "whsec_" + secrets.token_hex(24),
        "SANDBOX_SECRET_KEY": "sk_test_" + secrets.token_hex(24),
    }
    try:
        if not path.exists():
            _keep(path, json.dumps(fresh))
        return json.loads(path.read_text())
    except OSError:
        return fresh  # the gate says what is the matter with DATA_DIR


def _keep(path: Path, words: str) -> None:
    """The first process wins, the others read what it wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unborn = path.with_name(f".secrets-{secrets.token_hex(6)}")
    unborn.touch(mode=0o600)
    unborn.write_text(words)
    try:
        os.link(unborn, path)
    except FileExistsError:
        pass
    finally:
        unborn.unlink()


def secret_list(name: str, *, kept: str | None) -> list[str]:
    """A comma list while rotating: the first signs, the others are still accepted."""
    given = words(name)
    if any(len(each) < SECRET_CHARACTERS or len(set(each)) < 10 for each in given):
        fault(f"{name} must be {SECRET_CHARACTERS} random characters or more: {HOW_TO_MAKE_ONE}")
    if not given and kept is None:
        fault(f"{name} must be set where APP_URL is not on this machine: {HOW_TO_MAKE_ONE}")
    return given or [kept or secrets.token_urlsafe(48)]
