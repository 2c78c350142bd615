"""Runs Litestream and the keeper that tells it which files to follow. `serve` starts it when BACKUP_URL is set."""

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from reelballers import gate, lifeline
from reelballers.user_db import backup
from reelballers.user_db.keeper import Keeper

logger = logging.getLogger(__name__)

START_SECONDS = 20
STOP_SECONDS = 30


class Command(BaseCommand):
    help = "Replicates `default` and every file that is being written to BACKUP_URL until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        gate.refuse()
        if not settings.BACKUP_URL:
            raise CommandError("set BACKUP_URL: file:///somewhere or s3://bucket/prefix")
        call_command("setup", verbosity=0)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        litestream = start_litestream()
        try:
            self._keep(litestream)
        finally:
            stop(litestream)

    def _keep(self, litestream: subprocess.Popen[bytes]) -> None:
        keeper = Keeper()
        while litestream.poll() is None:
            try:
                lifeline.beat()
                keeper.round()
            except OSError as error:
                logger.warning("backup: %s", error)
                time.sleep(1)
        raise CommandError(f"litestream ended with {litestream.returncode}")


def start_litestream() -> subprocess.Popen[bytes]:
    """Returns once its control socket answers."""
    config = Path(settings.DATA_DIR) / "litestream.yml"
    config.write_text(json.dumps(backup.litestream_config()))
    backup.control_path().unlink(missing_ok=True)
    process = subprocess.Popen(
        [litestream_binary(), "replicate", "-config", str(config)],
        preexec_fn=partial(lifeline.die_with, os.getpid()),  # another one beside it would spoil the replica
    )
    try:
        _wait_until_it_answers(process)
    except BaseException:  # two that follow the same files would spoil each other's replica
        stop(process)
        raise
    return process


def stop(litestream: subprocess.Popen[bytes]) -> None:
    """It syncs before it ends, and that takes long while the storage is away."""
    litestream.terminate()
    try:
        litestream.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        litestream.kill()
        litestream.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
        while control.connect_ex(str(backup.control_path())) != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                raise CommandError("litestream did not start; its own output says why")
            time.sleep(0.05)


def litestream_binary() -> str:
    """The one installed beside this Python, else the one on PATH."""
    beside = Path(sys.executable).with_name("litestream")
    found = str(beside) if beside.exists() else shutil.which("litestream")
    if found is None:
        raise CommandError("litestream is not installed: it comes with requirements.txt")
    return found
