"""`python -m sandbox`: read the environment, make the tables, deliver webhooks, serve."""

import os
import signal
import sys
from types import FrameType

from sandbox.config import Refused, config

REFUSED = 2


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        database_path = config().database_path
    except Refused as refusal:
        return _refuse(str(refusal))
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    database_path.parent.mkdir(parents=True, exist_ok=True)
    return run()


def run() -> int:
    import django  # only now: a refusal should cost nothing
    from django.core.handlers.wsgi import WSGIHandler

    django.setup()
    from sandbox.server import bind, serve
    from sandbox.store import create_tables
    from sandbox.webhooks.deliverer import Deliverer

    try:
        server = bind(config().port)
    except OSError as error:
        return _refuse(f"port {config().port}: {error.strerror}.")
    create_tables()
    Deliverer().start()
    sys.stderr.write(f"Payment sandbox (no real money) on {config().base_url}\n")
    serve(server, WSGIHandler())
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Stop at once: every committed change is safe on disk, and what was being sent is sent at the next start."""
    sys.stderr.flush()
    os._exit(0)


def _refuse(reason: str) -> int:
    sys.stderr.write(f"The payment sandbox does not start: {reason}\n")
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
