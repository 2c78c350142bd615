"""Settings, each read once from the environment. docs/operations.md has the table of variables."""

import contextlib
from pathlib import Path
from urllib.parse import urlsplit

from reelballers import environment as env
from reelballers.api import statuses
from reelballers.user_db.aliases import SQLITE_OPTIONS, Databases

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where we are ---------------------------------------------------------------------------------------------

PORT = env.number("PORT", 8000, at_least=1)
APP_URL = env.url("APP_URL", f"http://localhost:{PORT}")
API_URL = env.url("API_URL", f"http://localhost:{PORT}")
IS_LOCAL = env.is_loopback(APP_URL)
FLY_APP_NAME = env.text("FLY_APP_NAME")
DEBUG = env.switch("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or sorted(
    {str(urlsplit(address).hostname) for address in (APP_URL, API_URL)}
    | ({"localhost", "127.0.0.1", "[::1]"} if IS_LOCAL else set())
)

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data"))).resolve()
_kept = env.local_secrets(DATA_DIR) if IS_LOCAL else {}
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret_list("SECRET_KEY", kept=_kept.get("SECRET_KEY"))
CALLBACK_SECRETS = env.secret_list("CALLBACK_SECRET", kept=_kept.get("CALLBACK_SECRET"))

if DEBUG and not IS_LOCAL:
    env.fault("DEBUG must be off where APP_URL is not on this machine")
    DEBUG = False

# --- Payments -------------------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
PAYMENTS = env.choice("PAYMENTS", "stripe" if STRIPE_SECRET_KEY else "sandbox", {"stripe", "sandbox"})
SANDBOX_PORT = env.number("SANDBOX_PORT", PORT + 1, at_least=1)
IS_SANDBOX = PAYMENTS == "sandbox"

STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com").rstrip("/")
STRIPE_PAYMENT_METHODS = env.words("STRIPE_PAYMENT_METHODS", "card")
# Set, not inherited from the installed package: an upgrade must not change what Stripe sends us.
STRIPE_API_VERSION = "2026-08-26.dahlia"
STRIPE_TIMEOUT_SECONDS = 8
# How long webhooks stay readable; longer than Stripe retries (3 days) and keeps its own events (30 days).
STRIPE_KEEP_DAYS = env.number("STRIPE_KEEP_DAYS", 90, at_least=7)

if IS_SANDBOX:
    STRIPE_SECRET_KEY = _kept.get("SANDBOX_SECRET_KEY", "")
    STRIPE_WEBHOOK_SECRETS = [_kept.get("SANDBOX_WEBHOOK_SECRET", "")]
    STRIPE_PUBLISHABLE_KEY = "pk_test_sandbox"
    STRIPE_API_BASE = f"http://127.0.0.1:{SANDBOX_PORT}"
elif STRIPE_LIVE_MODE and env.text("STRIPE_API_BASE"):
    env.fault("STRIPE_API_BASE is for test keys only: take it away")
    STRIPE_API_BASE = "https://api.stripe.com"

# dj-stripe reads these names.
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"

# --- Mail and the seller --------------------------------------------------------------------------------------

MAIL_API_KEY = env.text("MAIL_API_KEY")
MAIL_API_URL = env.text("MAIL_API_URL", "https://api.resend.com").rstrip("/")
MAIL_FROM = env.text("MAIL_FROM", "Reel Ballers <hello@localhost>")
# Without a key the sandbox keeps every mail in a mailbox, also beside Stripe's own test keys; never beside live ones.
MAIL_IS_SANDBOX = not MAIL_API_KEY and IS_LOCAL and not FLY_APP_NAME and not STRIPE_LIVE_MODE
if MAIL_IS_SANDBOX:
    MAIL_API_KEY, MAIL_API_URL = "re_sandbox", f"http://127.0.0.1:{SANDBOX_PORT}"
STRIPE_INVOICES = env.switch("STRIPE_INVOICES", False)  # Checkout makes, and Stripe mails, a numbered invoice
SELLER_NAME = env.text("SELLER_NAME", "Reel Ballers")
SELLER_ADDRESS = env.text("SELLER_ADDRESS")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", "support@localhost")
# Pages of one's own; the app has plain ones.
TERMS_URL = env.text("TERMS_URL")
PRIVACY_URL = env.text("PRIVACY_URL")
REFUND_POLICY_URL = env.text("REFUND_POLICY_URL")

EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
ANYMAIL = {"RESEND_API_KEY": MAIL_API_KEY, "RESEND_API_URL": f"{MAIL_API_URL}/", "REQUESTS_TIMEOUT": 5}

# --- Prices of credits ----------------------------------------------------------------------------------------

TOPUP_MIN_CENTS = 50
TOPUP_MAX_CENTS = 50_000
TOPUP_PACKS = [
    {"amount_cents": 500, "label": "Rookie"},
    {"amount_cents": 1_500, "label": "Starter"},
    {"amount_cents": 5_000, "label": "All-star"},
]

# --- Exports --------------------------------------------------------------------------------------------------

EXPORT_BACKEND = env.choice("EXPORT_BACKEND", "local", {"local", "modal"})
MODAL_TOKEN_ID = env.text("MODAL_TOKEN_ID")
MODAL_TOKEN_SECRET = env.text("MODAL_TOKEN_SECRET")
MODAL_ENVIRONMENT = env.text("MODAL_ENVIRONMENT")
MODAL_APP_NAME = env.text("MODAL_APP_NAME", "reel-ballers-exports")

MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_BYTES", 500_000_000, at_least=1)
MEDIA_QUOTA_BYTES = env.number("MEDIA_QUOTA_BYTES", 5_000_000_000, at_least=1)
DISK_RESERVE_BYTES = env.number("DISK_RESERVE_BYTES", 1_000_000_000)
MAX_OPEN_JOBS = 20
# 0 keeps for ever. A clip's days count from its last export.
SOURCE_RETENTION_DAYS = env.number("SOURCE_RETENTION_DAYS", 90)
OUTPUT_RETENTION_DAYS = env.number("OUTPUT_RETENTION_DAYS", 90)
UNPAID_RETENTION_HOURS = 24

# Media in a folder of DATA_DIR, or in any S3-compatible storage (S3, R2, Tigris).
S3_BUCKET = env.text("S3_BUCKET")
if S3_BUCKET and not (env.text("S3_ACCESS_KEY_ID") and env.text("S3_SECRET_ACCESS_KEY")):
    env.fault("S3_BUCKET needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY")
EXPORT_TYPES_OFFERED = ("framing", "overlay", "annotate", "upscale")

# --- Serving --------------------------------------------------------------------------------------------------

WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 2, at_least=1)
# How long a part may give no sign of life before it is killed and started again.
WATCHDOG_SECONDS = env.number("WATCHDOG_SECONDS", 60, at_least=1)
WEB_THREADS = env.number("WEB_THREADS", 32, at_least=1)
# Twice the threads at least: an operator's page may hold two files at once.
USER_DB_CONNECTIONS = env.number("USER_DB_CONNECTIONS", max(256, 2 * WEB_THREADS), at_least=2)
THROTTLES = env.switch("THROTTLES", True)
# Calls per second a user may make on average, and bursts up to ten seconds' worth.
THROTTLE_CALLS_PER_SECOND = env.number("THROTTLE_CALLS_PER_SECOND", 200, at_least=1)
THROTTLE_TOPUPS_PER_MINUTE = env.number("THROTTLE_TOPUPS_PER_MINUTE", 30, at_least=1)
THROTTLE_UPLOADS_PER_MINUTE = env.number("THROTTLE_UPLOADS_PER_MINUTE", 60, at_least=1)
THROTTLE_GUESTS_PER_HOUR = env.number("THROTTLE_GUESTS_PER_HOUR", 120, at_least=1)

INSTALLED_APPS = [
    "reelballers.apps.ReelBallersConfig",
    "mail.apps.MailConfig",
    "mail.apps.MailSharedConfig",
    "wallet.apps.WalletConfig",
    "wallet.apps.WalletSharedConfig",
    "exports.apps.ExportsConfig",
    "exports.apps.ExportsSharedConfig",
    "accounts.apps.AccountsConfig",
    "accounts.apps.AccountsSharedConfig",
    "operators.apps.OperatorsConfig",
    "operators.apps.OperatorsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "djstripe",
]

MIDDLEWARE = [
    "reelballers.requests.Requests",
    "reelballers.content_policy.ContentPolicy",
    "reelballers.refusals.Faults",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "reelballers.refusals.KnownLengths",
    "reelballers.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "reelballers.urls"
WSGI_APPLICATION = "reelballers.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Databases ------------------------------------------------------------------------------------------------

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        **SQLITE_OPTIONS,
        "init_command": "PRAGMA journal_mode=WAL; " + SQLITE_OPTIONS["init_command"],
    },
    "CONN_MAX_AGE": None,
}
DATABASES = Databases(default={"NAME": str(DATA_DIR / "default.sqlite3"), **_SQLITE})
_database_url = env.text("DATABASE_URL")
if _database_url and not _database_url.startswith(("postgres://", "postgresql://", "sqlite:///")):
    env.fault("DATABASE_URL must be postgres://user:password@host/name or sqlite:///path")
elif _database_url:
    import environ

    DATABASES["default"] = environ.Env.db_url_config(_database_url)
    if DATABASES["default"]["ENGINE"] == _SQLITE["ENGINE"]:
        DATABASES["default"] |= _SQLITE
DATABASE_ROUTERS = ["reelballers.user_db.router.UserDatabaseRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

BACKUP_URL = env.text("BACKUP_URL")  # file:///somewhere or s3://bucket/prefix

# --- People ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "reelballers.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"

_HTTPS = APP_URL.startswith("https://") or API_URL.startswith("https://")
SESSION_ENGINE = "reelballers.sessions"
SESSION_COOKIE_AGE = 400 * 24 * 3600  # what browsers keep at most
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
LEFT_SESSION_COOKIE_NAME = "__Host-left-session" if _HTTPS else "left-session"
KNOWN_COOKIE_NAME = "__Host-known" if _HTTPS else "known"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CORS_ALLOWED_ORIGINS = [APP_URL]
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/api/"
CORS_EXPOSE_HEADERS = ["X-Request-Id", "ETag", "Retry-After"]
CORS_ALLOW_HEADERS = ["accept", "content-type", "idempotency-key", "if-none-match"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the domain's other hosts are not ours to decide for, and so is
    "security.W021",  # preloading it
    "security.W002",  # the frame headers are content_policy.py's
    "security.W008",  # the proxy redirects to https; its own checks come by http
]

# --- API, files, words ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["reelballers.authentication.SessionWithOriginCheck"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "reelballers.api.negotiation.WhatThereIs",
    "DEFAULT_PARSER_CLASSES": ["reelballers.api.parsers.BoundedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["reelballers.throttles.Calls"],
    "DEFAULT_SCHEMA_CLASS": "reelballers.api.schema.EveryStatus",
    "EXCEPTION_HANDLER": "reelballers.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Reel Ballers Wallet",
    "DESCRIPTION": "Credits, payments and exports. 1 credit = 1 US cent; every amount is an integer of cents.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "APPEND_COMPONENTS": statuses.components(),
    "ENUM_NAME_OVERRIDES": {
        "TopupStatusEnum": ["pending", "paid", "failed", "expired"],
        "JobStatusEnum": ["queued", "running", "succeeded", "failed", "cancelled"],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # uploads go to disk as they arrive, never to memory
MEDIA_ROOT = DATA_DIR / "media"
# On the same volume as the media, so that keeping an upload is a rename.
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "incoming")
with contextlib.suppress(OSError):  # the gate says what is the matter with DATA_DIR
    Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
_MEDIA_ON_DISK = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(MEDIA_ROOT)},
}
_MEDIA_IN_S3 = {
    "BACKEND": "exports.clips.storage.ObjectStorage",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
        "region_name": env.text("S3_REGION", "auto"),
        "access_key": env.text("S3_ACCESS_KEY_ID"),
        "secret_key": env.text("S3_SECRET_ACCESS_KEY"),
        "signature_version": "s3v4",
        "addressing_style": "path",  # what every S3-compatible storage understands
        "default_acl": None,  # private, as the bucket is
        "querystring_expire": 3600,
        "file_overwrite": True,  # names hold random ids: nothing else is ever under them
    },
}
STORAGES = {
    "default": _MEDIA_IN_S3 if S3_BUCKET else _MEDIA_ON_DISK,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
WHITENOISE_ROOT = FRONTEND_DIST if FRONTEND_DIST.exists() else None
# DEBUG decides nothing about how files are served: what runs here is what runs there.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[A-Za-z0-9_-]{8}\."

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

LOG_FORMAT = env.choice("LOG_FORMAT", "line" if IS_LOCAL else "json", {"line", "json"})
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "reelballers.logs.Redacting",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "reelballers.logs.Json"},
    },
    "filters": {"visitors_doing": {"()": "reelballers.logs.VisitorsDoing"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["visitors_doing"]}
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
    },
    "loggers": {
        # Named, so that Django's own handlers go: with DEBUG on they would write each line a second time, unredacted.
        "django": {"level": "INFO"},
        "django.server": {"propagate": True},
        "django.request": {"level": "ERROR"},
        "stripe": {"level": "WARNING"},
        "djstripe": {"level": "WARNING"},
    },
}
