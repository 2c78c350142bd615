"""A visitor's client, dj-stripe's seeds, and two things that stand behind Stripe's address."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from reelballers.models import User
from sandbox.testing import RunningSandbox
from wallet.stripe import api as stripe_api
from wallet.stripe import seed as stripe_seed
from wallet.tests.stand_in import StandIn


@pytest.fixture
def seeded(db: None) -> None:
    """What `manage.py setup` leaves for dj-stripe."""
    stripe_seed.seed()


@pytest.fixture
def visit(client: Client) -> Callable[[str], Client]:
    """`visit(user_id)` is a browser signed in as that user."""

    def sign_in(user_id: str) -> Client:
        browser = Client()
        session = browser.session
        session[SESSION_KEY] = user_id
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = User.objects.get(pk=user_id).get_session_auth_hash()
        session.save()
        browser.cookies["session"] = session.session_key
        return browser

    return sign_in


@pytest.fixture
def visitor(user_id: str, visit: Callable[[str], Client]) -> Client:
    return visit(user_id)


@pytest.fixture
def stripe_at(settings: Any) -> Iterator[Callable[[str], None]]:
    """Points our client, and dj-stripe's, at an address."""

    def point(url: str) -> None:
        settings.STRIPE_API_BASE = url
        stripe_api.client.cache_clear()
        stripe_api.configure_globals()

    yield point
    stripe_api.client.cache_clear()


@pytest.fixture
def stand_in(stripe_at: Callable[[str], None]) -> Iterator[StandIn]:
    server = StandIn()
    stripe_at(server.url)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with RunningSandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox: RunningSandbox, stripe_at: Callable[[str], None]) -> RunningSandbox:
    """The payment sandbox as a process, forgetful between tests; it sends no webhooks, tests deliver them."""
    _sandbox.control("reset")
    stripe_at(_sandbox.url)
    return _sandbox


@pytest.fixture
def operator(db: None) -> Client:
    """A browser signed in to the admin."""
    user = User.objects.create_superuser("op@example.com", "a long enough secret")
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def default_size(settings: Any) -> Callable[[], int]:
    def size() -> int:
        name = Path(str(settings.DATABASES["default"]["TEST"]["NAME"]))
        return sum(path.stat().st_size for path in name.parent.glob(name.name + "*"))

    return size
