"""What the sandbox reads from its environment, and when it refuses to start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOST = "127.0.0.1"  # never anything else: whoever reaches the control page may invent payments


class Refused(Exception):
    """The sandbox must not run in this environment; the message says why."""


@dataclass(frozen=True)
class Config:
    port: int
    database_path: Path
    webhook_url: str
    webhook_secrets: tuple[str, ...]

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"


@cache
def config() -> Config:
    """This process's settings."""
    return read_config(os.environ)


def read_config(environ: Mapping[str, str]) -> Config:
    """Read the settings once, loudly; raise Refused where play money could be taken for real money."""
    if environ.get("FLY_APP_NAME"):
        raise Refused("FLY_APP_NAME is set: the payment sandbox never runs on Fly.")
    if environ.get("STRIPE_SECRET_KEY", "").startswith(("sk_live_", "rk_live_")):
        raise Refused("STRIPE_SECRET_KEY is a live key: the payment sandbox runs with test keys only.")
    port = environ.get("SANDBOX_PORT", "8001")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Refused(f"SANDBOX_PORT must be a port number, not {port!r}.")
    url = environ.get("SANDBOX_WEBHOOK_URL", "")
    secrets = tuple(
        part.strip() for part in environ.get("SANDBOX_WEBHOOK_SECRET", "").split(",") if part.strip()
    )
    if url and not secrets:
        raise Refused("SANDBOX_WEBHOOK_URL is set, but SANDBOX_WEBHOOK_SECRET (whsec_…) is not.")
    data_dir = Path(environ.get("DATA_DIR", "data"))
    return Config(int(port), data_dir / "sandbox.sqlite3", url, secrets)
