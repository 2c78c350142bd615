"""Reads and checks the environment. Every complaint names the variable and what to put there."""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """A comma list without empty parts."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int, *, at_least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < at_least:
        raise ImproperlyConfigured(f"{name} must be a whole number, {at_least} or more; it is {value!r}")
    return int(value)


def switch(name: str, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "true", "on", "yes"}:
        return True
    if value in {"0", "false", "off", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off; it is {value!r}")


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}; it is {value!r}")
    return value


def url(name: str, default: str) -> str:
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name} must be like https://app.example.com, no path; it is {value!r}")
    return value


def is_loopback(address: str) -> bool:
    return (urlsplit(address).hostname or "") in LOOPBACK_HOSTS


def local_secrets(data_dir: Path) -> dict[str, str]:
    """Random secrets of this DATA_DIR, made once and kept in a file only its owner can read."""
    path = data_dir / "secrets.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "CALLBACK_SECRET": secrets.token_urlsafe(48),
            "SANDBOX_WEBHOOK_SECRET": "whsec_" + secrets.token_hex(24),
            "SANDBOX_SECRET_KEY": "sk_test_" + secrets.token_hex(24),
        }
        unborn = path.with_name(f".secrets-{secrets.token_hex(6)}")
        unborn.touch(mode=0o600)
        unborn.write_text(json.dumps(fresh))
        try:
            os.link(unborn, path)  # the first process wins, the others read what it wrote
        except FileExistsError:
            pass
        finally:
            unborn.unlink()
    return json.loads(path.read_text())


def secret_list(name: str, *, kept: str | None) -> list[str]:
    """A comma list while rotating: the first signs, the others are still accepted."""
    given = words(name)
    if given:
        short = [s for s in given if len(s) < 32]
        if short:
            raise ImproperlyConfigured(f"each secret in {name} needs 32 characters or more")
        return given
    if kept is None:
        raise ImproperlyConfigured(f"{name} must be set where APP_URL is not on this machine")
    return [kept]
