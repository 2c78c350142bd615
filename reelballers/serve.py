"""`python -m reelballers.serve`: starts web, worker, the backup and, without a Stripe or a mail key, the sandbox.

Ctrl-C stops all of it. A part that hangs is started again (`parts.py`); if one ends, all end, and whoever started this
(Fly, a person) starts it anew. Not a Django command: those load every app before they begin, and each part does that
for itself. For the same reason `setup` has no turn of its own here: web and worker run it once they are loaded.
"""

import os
import signal
import sys

from django.conf import settings
from django.utils.log import configure_logging

from reelballers import gate
from reelballers.healthcheck import ask
from reelballers.parts import Manager, Part

# Above every wait below: gunicorn's for its requests, the worker's for its loops, Litestream's for its last sync.
STOP_SECONDS = 40


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is running yet: no reason to say where we were
    gate.refuse()
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.chdir(settings.BASE_DIR)
    return Manager(_parts(), hang_seconds=settings.WATCHDOG_SECONDS, stop_seconds=STOP_SECONDS).run()


def _parts() -> list[Part]:
    python = sys.executable
    parts = [
        Part("web", [python, "-m", "gunicorn", "-c", "reelballers/gunicorn.py"], {}, _web_answers),
        Part("worker", [python, "manage.py", "worker"], {}),
    ]
    if settings.BACKUP_URL:
        parts.append(Part("backup", [python, "manage.py", "backup"], {}))
    if settings.IS_SANDBOX or settings.MAIL_IS_SANDBOX:
        parts.append(Part("sandbox", [python, "-m", "sandbox"], _sandbox_environment()))
    return parts


def _web_answers() -> bool:
    """Whatever it answers."""
    status, _ = ask("/healthz")
    return status != 0


def _sandbox_environment() -> dict[str, str]:
    return {
        "SANDBOX_PORT": str(settings.SANDBOX_PORT),
        "DATA_DIR": str(settings.DATA_DIR),
        # Beside Stripe's own test keys it is the mailbox only: events come from Stripe.
        "SANDBOX_WEBHOOK_URL": f"{settings.API_URL}/api/webhook" if settings.IS_SANDBOX else "",
        "SANDBOX_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRETS[0] if settings.IS_SANDBOX else "",
    }


if __name__ == "__main__":
    sys.exit(main())
