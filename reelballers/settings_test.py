"""Settings of the test suite: a data folder of its own, throttles off, dj-stripe's tables made from its models."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="reelballers-test-")
for _name in (
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
    "APP_URL",
    "API_URL",
    "DATABASE_URL",
):
    os.environ.pop(_name, None)
os.environ |= {"DATA_DIR": _folder, "THROTTLES": "off", "PAYMENTS": "sandbox", "EXPORT_BACKEND": "local"}

from reelballers.settings import *  # noqa: E402, F403
from reelballers.settings import DATA_DIR, DATABASES  # noqa: E402

MIGRATION_MODULES = {"djstripe": None}
# A file, not memory: threads and processes of a test share it.
DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "default-test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = Path(DATA_DIR)
