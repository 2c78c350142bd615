"""Fixtures for every test: a data folder of its own, no connection left behind, the whole product when asked for."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reelballers.user_db import pool as pools

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _own_data_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """User files and media of a test live in its own folder; `default` stays the test database."""
    from django.conf import settings
    from django.core.files.storage import default_storage

    if "settings" not in request.fixturenames and not _uses_django(request):
        yield
        return
    django_settings = request.getfixturevalue("settings")
    data_dir = tmp_path / "data"
    (data_dir / "incoming").mkdir(parents=True)
    template_home = Path(settings.DATA_DIR) / "users"
    _copy_templates(template_home, data_dir / "users")
    # pytest-django keeps mail in memory: here it goes over the wire, as in production.
    django_settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"
    django_settings.DATA_DIR = data_dir
    django_settings.MEDIA_ROOT = data_dir / "media"
    django_settings.FILE_UPLOAD_TEMP_DIR = str(data_dir / "incoming")
    default_storage._setup()
    default_storage._wrapped._location = str(data_dir / "media")
    default_storage._wrapped.__dict__.pop("base_location", None)
    default_storage._wrapped.__dict__.pop("location", None)
    yield
    pools.pool.close_idle()
    _copy_templates(data_dir / "users", template_home)


def _uses_django(request: pytest.FixtureRequest) -> bool:
    return any(name in request.fixturenames for name in ("db", "transactional_db", "client", "user_id"))


def _copy_templates(source: Path, target: Path) -> None:
    """The template of user files is built once a run, not once a test."""
    target.mkdir(parents=True, exist_ok=True)
    for template in source.glob(".template-*.sqlite3"):
        if not (target / template.name).exists():
            shutil.copyfile(template, target / template.name)


@pytest.fixture
def new_user(db: None) -> Callable[[], str]:
    """Makes a guest with an empty wallet; returns the user's id."""
    from django.utils import timezone

    from reelballers.models import User
    from reelballers.user_db import create_user_db

    def make() -> str:
        user = User(wallet_created_at=timezone.now())
        user.set_unusable_password()
        user.save(force_insert=True)
        create_user_db(user.id)
        return user.id

    return make


@pytest.fixture
def user_id(new_user: Callable[[], str]) -> str:
    return new_user()


@pytest.fixture(scope="session")
def _mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from sandbox.testing import RunningSandbox

    with RunningSandbox(tmp_path_factory.mktemp("mailbox")) as sandbox:
        yield sandbox


@pytest.fixture
def mailbox(_mailbox: Any, settings: Any) -> Any:
    """The sandbox as mail service, forgetful between tests: `mailbox.look("mails")`, newest first."""
    _mailbox.control("reset")
    settings.ANYMAIL = {**settings.ANYMAIL, "RESEND_API_URL": f"{_mailbox.url}/"}
    return _mailbox


@pytest.fixture(scope="session")
def live_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The whole product, really running: `.base_url`, `.sandbox_url`, `.manage(…)`, `.kill()`, `.start()`."""
    from tests.product import Product

    with Product(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One browser for all tests of a process: a second Playwright beside it would find the first one's loop."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: make chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # playwright's loop runs beside the ORM in one thread
