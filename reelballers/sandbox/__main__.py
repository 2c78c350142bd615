"""`python -m reelballers.sandbox`: read the environment, make the tables, deliver webhooks, serve."""

import os
import sys

from reelballers.sandbox.config import Refused, config

REFUSED = 2


def main() -> int:
    try:
        database_path = config().database_path
    except Refused as refusal:
        sys.stderr.write(f"The payment sandbox does not start: {refusal}\n")
        return REFUSED
    os.environ["DJANGO_SETTINGS_MODULE"] = "reelballers.sandbox.settings"
    database_path.parent.mkdir(parents=True, exist_ok=True)
    return run()


def run() -> int:
    import django  # only now: a refusal should cost nothing
    from django.core.handlers.wsgi import WSGIHandler

    django.setup()
    from reelballers.sandbox.server import serve
    from reelballers.sandbox.store import create_tables
    from reelballers.sandbox.webhooks.deliverer import Deliverer

    create_tables()
    Deliverer().start()
    sys.stderr.write(f"Payment sandbox (no real money) on {config().base_url}\n")
    serve(config().port, WSGIHandler())
    return 0


if __name__ == "__main__":
    sys.exit(main())
