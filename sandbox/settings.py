"""Django settings of the sandbox process. It shares nothing with the product's settings."""

from pathlib import Path

from sandbox.config import config

HERE = Path(__file__).parent

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]  # any other Host is a DNS rebinding attack
ROOT_URLCONF = "sandbox.urls"
INSTALLED_APPS = ["sandbox"]
MIDDLEWARE = ["sandbox.guard.LocalOnlyMiddleware"]
USE_TZ = False  # Stripe's times are Unix seconds; pages show them in this machine's zone
TIME_ZONE = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config().database_path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # NORMAL survives a killed process; play money need not survive a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"builtins": ["sandbox.pages.filters"]},
    }
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "sandbox %(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Declined cards and 404s are what a sandbox is for; only its own faults are worth a line.
    "loggers": {"django.server": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}
