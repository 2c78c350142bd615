"""A really running sandbox, the real `stripe` client, and a receiver for its webhooks."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from sandbox.testing import TEST_KEY, RunningSandbox

SECRET = "whsec_sandboxtests"


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent; answers `status`, or the next of `statuses`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[tuple[str, dict]] = []  # Stripe-Signature, event
        self.bodies: list[bytes] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/webhook"

    @property
    def types(self) -> list[str]:
        return [event["type"] for _, event in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.received.append((self.headers["Stripe-Signature"], json.loads(body)))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    yield receiver
    receiver.shutdown()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory, _receiver) -> Iterator[RunningSandbox]:
    with RunningSandbox(tmp_path_factory.mktemp("sandbox"), _receiver.url, SECRET) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox) -> RunningSandbox:
    _sandbox.control("reset")
    return _sandbox


@pytest.fixture
def receiver(_receiver, sandbox) -> Receiver:
    _receiver.received.clear()
    _receiver.bodies.clear()
    _receiver.statuses.clear()
    return _receiver


def client_of(sandbox: RunningSandbox, key: str = TEST_KEY, **options) -> stripe.StripeClient:
    options = {"max_network_retries": 0, **options}
    return stripe.StripeClient(key, base_addresses={"api": sandbox.url}, **options)


@pytest.fixture
def stripe_api(sandbox) -> stripe.StripeClient:
    return client_of(sandbox)


def session_params(**changed) -> dict:
    """What the product asks for."""
    price = {"currency": "usd", "product_data": {"name": "500 Credits"}, "unit_amount": 500}
    metadata = {"user_id": "u1", "credits": "500"}
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [{"price_data": price, "quantity": 1}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "adaptive_pricing": {"enabled": False},
        "success_url": "http://localhost:8000/success?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost:8000/cancel",
        **changed,
    }


@pytest.fixture
def open_session(stripe_api):
    """`open_session(**params)` makes a Checkout Session."""
    return lambda **changed: stripe_api.v1.checkout.sessions.create(session_params(**changed))


@pytest.fixture
def paid(stripe_api, sandbox, open_session):
    """`paid(card)` makes a session, pays it, and returns it as it then stands."""

    def pay(card_number: str = "4242424242424242", **changed):
        session = open_session(**changed)
        assert sandbox.pay(session.id, card_number).status_code == 303
        return stripe_api.v1.checkout.sessions.retrieve(session.id)

    return pay
