"""Slow clients hold no thread: beside as many as a laptop opens, webhooks and wallets are answered."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from reelballers import reception
from tests.clips import make_clip
from tests.product import Product
from tests.slow_clients import (
    HALF_A_BODY,
    HALF_A_HEAD,
    HALF_AN_UPLOAD,
    held_open,
    read_and_deliver,
    upload_slowly,
)
from tests.test_start import wait_until

THREADS = 4


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Few threads, so that few clients would have them all; two of each process take uploads."""
    folder = tmp_path_factory.mktemp("slow")
    with Product(folder, WEB_CONCURRENCY="1", WEB_THREADS=str(THREADS)) as product:
        yield product


@pytest.mark.parametrize("begun", [b"", HALF_A_HEAD, HALF_A_BODY, HALF_AN_UPLOAD])
def test_others_are_answered_beside_those_who_stand_still(product: Product, begun: bytes) -> None:
    with held_open(product, 8 * THREADS, begun):
        read_and_deliver(product, 5)


def test_a_request_may_come_drop_by_drop(product: Product) -> None:
    """What is waited for arrives whole, also when a second request follows on the heels of the first."""
    body = b'{"amount_cents": 0}'
    head = b"POST /api/topup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    second = b"GET /api/wallet HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", product.port), 20) as client:
        for byte in head + b"Content-Length: %d\r\n\r\n" % len(body) + body + second:
            client.send(bytes([byte]))
        answers = client.makefile("rb")
        assert answers.readline().split()[1] == b"400"
        wait_until(lambda: b"HTTP/1.1 200" in answers.readline())


def test_an_upload_too_many_is_told_to_come_again_before_its_body(product: Product) -> None:
    with held_open(product, THREADS // 2, HALF_AN_UPLOAD):

        def answer() -> bytes:
            with socket.create_connection(("127.0.0.1", product.port), 20) as client:
                client.sendall(HALF_AN_UPLOAD)
                client.settimeout(1)
                try:
                    return client.recv(4096)
                except TimeoutError:
                    return b""  # it was the one that got a thread

        wait_until(lambda: answer() != b"")
        refused = answer().lower()
    assert refused.startswith(b"http/1.1 503")
    for header in (b"retry-after: 5", b"connection: close", b"access-control-allow-origin: http"):
        assert header in refused


@pytest.mark.slow
def test_honest_phones_get_through_in_the_end(product: Product, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1, size=(1280, 720))
    assert clip.stat().st_size > reception.SMALL_BODY_BYTES
    with ThreadPoolExecutor(6) as phones:
        uploads = [phones.submit(upload_slowly, product, clip, 100_000) for _ in range(6)]
        read_and_deliver(product, 5)
        done = [upload.result() for upload in uploads]
    assert [status for status, _ in done] == [201] * 6
    assert sum(sent_away for _, sent_away in done) > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begun", "said"), [(HALF_A_HEAD, b"408"), (HALF_A_BODY, b"408"), (HALF_AN_UPLOAD, b"")]
)
def test_who_stands_still_too_long_is_ended(product: Product, begun: bytes, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", product.port), 90) as client:
        client.sendall(begun)
        answer = client.recv(4096)
        assert said in answer.partition(b"\r\n")[0]
        while answer:
            answer = client.recv(4096)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_who_sends_too_slowly_holds_no_thread_for_ever(product: Product) -> None:
    """A byte a second would never be a standstill."""
    with socket.create_connection(("127.0.0.1", product.port), 1) as client:
        client.sendall(HALF_AN_UPLOAD)

        def is_ended() -> bool:
            try:
                client.sendall(b"x")
                return client.recv(4096) != b""
            except TimeoutError:
                return False

        wait_until(is_ended)


def test_a_head_without_end_is_refused(product: Product) -> None:
    with socket.create_connection(("127.0.0.1", product.port), 20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * (reception.HEAD_BYTES + 1))
        assert client.recv(4096).startswith(b"HTTP/1.1 431")


def test_a_small_upload_needs_no_thread_of_the_few(product: Product, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1)
    assert clip.stat().st_size < reception.SMALL_BODY_BYTES
    with held_open(product, THREADS // 2, HALF_AN_UPLOAD), clip.open("rb") as video:
        answer = requests.post(f"{product.base_url}/api/projects", files={"video": video}, timeout=60)
    assert answer.status_code == 201
