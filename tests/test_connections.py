"""After any refusal a connection serves the next request, or said that it would not; the answer always arrives."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.product import Product

SECONDS = 20
BIG = 3_000_000  # more than a socket's buffers hold, less than a connection's end lingers for
WALLET = b"GET /api/wallet HTTP/1.1\r\nHost: localhost\r\n\r\n"
JSON = "Content-Type: application/json\r\n"
FORM = "Content-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    limits = {"THROTTLES": "on", "THROTTLE_TOPUPS_PER_MINUTE": "4", "MAX_UPLOAD_BYTES": "1000000"}
    with Product(tmp_path_factory.mktemp("connections"), WEB_CONCURRENCY="1", **limits) as product:
        yield product


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_last(self) -> bool:
        return self.headers["connection"] == "close"


class Connection:
    """A client that writes the whole of a request before it reads, as simple ones do."""

    def __init__(self, product: Product) -> None:
        self.socket = socket.create_connection(("127.0.0.1", product.port), timeout=SECONDS)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *exception: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, request: bytes) -> Answer:
        self.socket.sendall(request)
        return self.answer()

    def answer(self) -> Answer:
        status = int(self.file.readline().split()[1])
        lines = iter(lambda: self.file.readline().decode().strip(), "")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return Answer(status, headers, self.file.read(int(headers.get("content-length", 0))))


def request(method: str, path: str, headers: str = "", body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _json(size: int) -> bytes:
    return json.dumps({"amount_cents": 500, "padding": "x" * size}).encode()


REFUSED = {
    "400 of JSON": (400, "POST", "/api/topup", JSON, _json(0).replace(b"500", b"0")),
    "400 of a webhook": (400, "POST", "/api/webhook", JSON, _json(100)),
    "402": (402, "POST", "/api/debit?job_id=a&cost_cents=5", "", b""),
    "403 of an origin": (403, "POST", "/api/topup", JSON + "Origin: https://evil.example\r\n", _json(100)),
    "404": (404, "POST", "/api/nowhere", JSON, _json(100)),
    "405": (405, "PUT", "/api/wallet", JSON, _json(100)),
    "413 of a webhook": (413, "POST", "/api/webhook", JSON, _json(2_000_000)),
    "413 of JSON": (413, "POST", "/api/topup", JSON, _json(2_000_000)),
    "413 of an upload": (413, "POST", "/api/projects", FORM, b"x" * 2_000_000),
    "415": (415, "POST", "/api/topup", "Content-Type: text/plain\r\n", _json(100)),
    "403 of a CSRF check": (403, "POST", "/sign-in/x", "Content-Type: text/plain\r\n", _json(100)),
    "403 of a page": (403, "POST", "/clips/x", FORM, b"x" * 100),
    "a big 403": (403, "POST", "/api/topup", JSON + "Origin: https://evil.example\r\n", _json(BIG)),
    "a big 404": (404, "POST", "/api/nowhere", FORM, b"x" * BIG),
    "a big 405": (405, "DELETE", "/api/wallet", JSON, b"x" * BIG),
    "a big 415": (415, "POST", "/api/projects", "Content-Type: text/plain\r\n", b"x" * BIG),
    "a big callback": (403, "PUT", "/api/callbacks/exports/x/output", FORM, b"x" * BIG),
    "a big page": (403, "POST", "/", FORM, b"x" * BIG),
    "a big unasked body": (200, "GET", "/api/config", JSON, b"x" * BIG),
}


def _asserts_the_connection_keeps_its_word(connection: Connection, refused: Answer) -> None:
    if refused.is_last:
        assert connection.file.read() == b""
    else:
        assert connection.send(WALLET).status == 200


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refusal_serves_the_next_request_or_announces_the_end(product: Product, kind: str) -> None:
    status, *facts = REFUSED[kind]
    with Connection(product) as connection:
        refused = connection.send(request(*facts))
        assert refused.status == status, refused.body
        _asserts_the_connection_keeps_its_word(connection, refused)


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_429_serves_the_next_request_or_announces_the_end(product: Product) -> None:
    for _ in range(10):
        with Connection(product) as connection:
            refused = connection.send(request("POST", "/api/topup", JSON, _json(BIG)))
            _asserts_the_connection_keeps_its_word(connection, refused)
            if refused.status == 429:
                return
    pytest.fail("there is no limit")


def test_an_upload_cut_short_is_no_fault_of_ours_and_makes_no_clip(product: Product) -> None:
    """Either way of hanging up: an end, and a reset."""
    start = b'--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n' + b"x" * 100_000
    head = request("POST", "/api/projects", FORM, start + b"x" * 400_000)[:-400_000]
    with Connection(product) as connection:
        connection.socket.sendall(head)
        connection.socket.shutdown(socket.SHUT_WR)
        assert connection.answer().status == 400
    with Connection(product) as connection:
        connection.socket.sendall(head)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with Connection(product) as connection:
        assert connection.send(WALLET).status == 200
    _wait_until(lambda: not list((product.data_dir / "incoming").iterdir()))
    log = product.log_path.read_text()
    assert ("Traceback" in log, "ERROR" in log) == (False, False), log[-3000:]


def test_a_small_body_that_nobody_read_costs_no_connection(product: Product) -> None:
    with Connection(product) as connection:
        for _ in range(3):
            assert not connection.send(request("POST", "/api/nowhere", JSON, _json(100))).is_last


def test_the_next_request_may_already_be_under_way(product: Product) -> None:
    with Connection(product) as connection:
        refused = connection.send(request("POST", "/api/nowhere", JSON, _json(100)) + WALLET)
        assert (refused.status, connection.answer().status) == (404, 200)


def test_a_body_that_never_comes_holds_nobody(product: Product) -> None:
    with Connection(product) as connection:
        refused = connection.send(request("POST", "/api/nowhere", JSON, _json(100))[:-50])
        assert (refused.status, refused.is_last) == (408, True)


@pytest.mark.parametrize(
    "path", ["/api/webhook", "/api/debit?job_id=a&cost_cents=5", "/api/projects", "/admin/login/"]
)
@pytest.mark.parametrize("size", [100, BIG])
def test_a_body_of_unknown_length_is_refused_by_name(product: Product, path: str, size: int) -> None:
    """Read as empty it would be another request: /api/debit would obey its query."""
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"x" * size)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode()
    with Connection(product) as connection:
        refused = connection.send(head + chunks)
        assert (refused.status, "Content-Length" in json.loads(refused.body)["detail"]) == (411, True)
        _asserts_the_connection_keeps_its_word(connection, refused)
