"""The far side's manners: it stops when nobody waits, and what cannot be told is no reason to stop."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from exports.far import container
from exports.far.container import Home, NotWanted


class BusyHome(BaseHTTPRequestHandler):
    """Has the order, and no time for a word on progress."""

    def do_GET(self):
        address = f"http://127.0.0.1:{self.server.server_port}"
        self._answer(200, json.dumps({"callback_url": address, "callback_key": "key"}).encode())

    def do_POST(self):
        self.server.told.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(503 if self.path == "/progress" else 200, b"{}")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def busy_home():
    with HTTPServer(("127.0.0.1", 0), BusyHome) as server:
        server.told = []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_a_first_word_that_does_not_get_through_costs_no_attempt(busy_home, monkeypatch):
    monkeypatch.setattr(container, "PROGRESS_EVERY_SECONDS", 60)
    address = f"http://127.0.0.1:{busy_home.server_port}/order"
    assert container.export(address, gpu="T4", work=lambda *args, **kwargs: {"ok": True})["ok"]
    assert [path for path, _ in busy_home.told] == ["/progress", "/envelope"]
    assert json.loads(busy_home.told[-1][1])["ok"]


@pytest.fixture
def home(monkeypatch):
    monkeypatch.setattr(container, "PROGRESS_EVERY_SECONDS", 0.01)
    return Home("http://127.0.0.1:9/callback", "key", "fc-1")


def test_it_stops_when_nobody_waits(home, monkeypatch):
    def gone(*args, **kwargs):
        raise NotWanted

    monkeypatch.setattr(container, "_call", gone)
    home._keep_telling()
    assert home.said_stop()


def test_a_broken_line_stops_nothing(home, monkeypatch):
    tries = []

    def broken(*args, **kwargs):
        tries.append(1)
        if len(tries) == 3:
            home._done.set()
        raise OSError("broken")

    monkeypatch.setattr(container, "_call", broken)
    home._keep_telling()
    home.tell_end({"ok": True})
    assert (len(tries), home.said_stop()) == (4, False)
