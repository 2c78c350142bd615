"""`python -m reelballers.serve`: the one process manager. Web, worker and, without a Stripe or a mail key, the sandbox.

Ctrl-C stops all of it; if one process ends, all end, and whoever started it (Fly, a person) starts it anew. Not a
Django command: those load every app before they begin, and each process below does that for itself. For the same
reason `setup` has no turn of its own here: web and worker run it once they are loaded.
"""

import os
import signal
import sys

import honcho.manager
from django.conf import settings

from reelballers import gate

STOP_SECONDS = 20


class Manager(honcho.manager.Manager):
    """Honcho's, which fails when it is told to stop before it has heard from every process it starts."""

    is_stopping = False

    def terminate(self) -> None:
        self.is_stopping = True
        if self._all_started():
            super().terminate()

    def _any_stopped(self) -> bool:
        """Asked again and again until true; then all are terminated."""
        return self.is_stopping or super()._any_stopped()


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is running yet: no reason to say where we were
    gate.refuse()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    honcho.manager.KILL_WAIT = STOP_SECONDS
    manager = Manager()
    for name, (command, more) in _processes().items():
        command = f"exec {sys.executable} {command}"
        manager.add_process(name, command, env={**environment, **more}, cwd=str(settings.BASE_DIR))
    manager.loop()
    # Stopped by Ctrl-C or SIGTERM is stopped as asked.
    return 0 if manager.returncode in {0, 130, 143} else int(manager.returncode or 1)


def _processes() -> dict[str, tuple[str, dict[str, str]]]:
    """Name → (what Python runs, what its environment has on top)."""
    processes: dict[str, tuple[str, dict[str, str]]] = {
        "web": ("-m gunicorn -c reelballers/gunicorn.py", {}),
        "worker": ("manage.py worker", {}),
    }
    if settings.BACKUP_URL:
        processes["backup"] = ("manage.py backup", {})
    if settings.IS_SANDBOX or settings.MAIL_IS_SANDBOX:
        processes["sandbox"] = (
            "-m sandbox",
            {
                "SANDBOX_PORT": str(settings.SANDBOX_PORT),
                "DATA_DIR": str(settings.DATA_DIR),
                # Beside Stripe's own test keys it is the mailbox only: events come from Stripe.
                "SANDBOX_WEBHOOK_URL": f"{settings.API_URL}/api/webhook" if settings.IS_SANDBOX else "",
                "SANDBOX_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRETS[0] if settings.IS_SANDBOX else "",
            },
        )
    return processes


if __name__ == "__main__":
    sys.exit(main())
