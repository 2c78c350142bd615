"""Settings of the test suite: nothing of the caller's environment, a data folder of its own, throttles off,
dj-stripe's tables made from its models."""

import os
import tempfile
from pathlib import Path

from tests.caller import machine_environment

_seen = machine_environment()
_folder = tempfile.mkdtemp(prefix="reelballers-test-")
os.environ.clear()
os.environ.update(
    _seen,
    DJANGO_SETTINGS_MODULE=__name__,
    HOME=_folder,  # the clients of Modal and S3 read files of their own there
    DATA_DIR=_folder,
    THROTTLES="off",
)

from reelballers.settings import *  # noqa: E402, F403
from reelballers.settings import DATA_DIR, DATABASES  # noqa: E402

MIGRATION_MODULES = {"djstripe": None}
# A file, not memory: threads and processes of a test share it.
DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "default-test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = Path(DATA_DIR)
