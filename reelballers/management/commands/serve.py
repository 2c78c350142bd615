"""The one process manager: web, worker and, without a Stripe key, the sandbox. Ctrl-C stops all of it."""

import os
import sys
from typing import Any

import honcho.manager
from django.conf import settings
from django.core.management.base import BaseCommand

STOP_SECONDS = 20


class Command(BaseCommand):
    help = "Serves the whole product; if one of its processes ends, all end, and whoever started it starts it anew."

    def handle(self, *args: Any, **options: Any) -> None:
        honcho.manager.KILL_WAIT = STOP_SECONDS
        manager = honcho.manager.Manager()
        python = sys.executable
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        manager.add_process("web", f"exec {python} -m gunicorn -c reelballers/gunicorn.py", env=environment)
        manager.add_process("worker", f"exec {python} manage.py worker", env=environment)
        if settings.IS_SANDBOX:
            sandbox = {
                **environment,
                "SANDBOX_PORT": str(settings.SANDBOX_PORT),
                "DATA_DIR": str(settings.DATA_DIR),
                "SANDBOX_WEBHOOK_URL": f"{settings.API_URL}/api/webhook",
                "SANDBOX_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRETS[0],
            }
            manager.add_process("sandbox", f"exec {python} -m reelballers.sandbox", env=sandbox)
        self.stdout.write(f"Reel Ballers Wallet on {settings.APP_URL}  (Ctrl-C stops it)")
        manager.loop()
        sys.exit(manager.returncode)
