"""How webhooks and wallet reads fare beside slow clients.

    python -m tests.slow_clients

Against a product of its own: 128 half-sent headers, 128 bodies that stand still, 64 honest phones that upload a clip at
40 KB/s each and come again after a 503. Prints the answers' times beside each, and what became of the uploads.
"""

import contextlib
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.clips import make_clip
from tests.product import Product

HALF_A_HEAD = b"GET /api/wallet HTTP/1.1\r\nHost: loc"
HALF_A_BODY = (
    b"POST /api/debit HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n{"
)
HALF_AN_UPLOAD = (
    b"POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    b"Content-Length: 9000000\r\n\r\n--b"
)
BYTES_PER_SECOND = 40_000
READS = 100


@contextmanager
def held_open(product: Product, count: int, begun: bytes) -> Iterator[None]:
    """Connections that have sent this and send no more; opened again when they are ended."""
    stop = threading.Event()

    def hold() -> None:
        while not stop.is_set():
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", product.port), 5) as client,
            ):
                client.sendall(begun)
                client.settimeout(0.5)
                while not stop.is_set():
                    try:
                        if not client.recv(4096):
                            break
                    except TimeoutError:
                        continue

    threads = [threading.Thread(target=hold, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def upload_slowly(product: Product, clip: Path, bytes_per_second: int = BYTES_PER_SECOND) -> tuple[int, int]:
    """An honest phone: (last status, how often it was told to come again)."""
    head = b'--b\r\nContent-Disposition: form-data; name="video"; filename="clip.mp4"\r\n\r\n'
    body = head + clip.read_bytes() + b"\r\n--b--\r\n"

    def slowly() -> Iterator[bytes]:
        for first in range(0, len(body), bytes_per_second // 4):
            yield body[first : first + bytes_per_second // 4]
            time.sleep(0.25)  # the network's pace, not a wait for anything

    sent_away = 0
    while True:
        status = _post(product, slowly(), len(body))
        if status != 503 or sent_away > 100:
            return status, sent_away
        sent_away += 1
        time.sleep(1)


def _post(product: Product, pieces: Iterator[bytes], length: int) -> int:
    """By hand, for a client that looks at an early refusal while it sends, as browsers do."""
    with socket.create_connection(("127.0.0.1", product.port), 120) as client:
        client.sendall(
            b"POST /api/projects HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: %d\r\n\r\n" % length
        )
        for piece in pieces:
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                early = client.recv(4096, socket.MSG_PEEK)
                if early:
                    break
            client.settimeout(120)
            client.sendall(piece)
        client.settimeout(120)
        return int(client.makefile("rb").readline().split()[1])


def read_and_deliver(product: Product, count: int = READS) -> list[float]:
    """Seconds that wallet reads and webhooks took, each by a connection of its own. The webhooks are not signed."""
    took = []
    for _ in range(count):
        for method, path, wanted in (("GET", "/api/wallet", 200), ("POST", "/api/webhook", 400)):
            started = time.perf_counter()
            answer = requests.request(method, product.base_url + path, data=b"{}", timeout=60)
            took.append(time.perf_counter() - started)
            assert answer.status_code == wanted, answer.text
    return sorted(took)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="slow-clients-") as folder:
        clip = make_clip(Path(folder) / "clip.mp4", seconds=8, size=(1280, 720))
        with Product(Path(folder) / "data") as product:
            _say("nobody slow", read_and_deliver(product))
            with held_open(product, 128, HALF_A_HEAD):
                _say("128 half-sent headers", read_and_deliver(product))
            with held_open(product, 128, HALF_A_BODY):
                _say("128 bodies that stand still", read_and_deliver(product))
            with held_open(product, 128, HALF_AN_UPLOAD):
                _say("128 uploads that stand still", read_and_deliver(product))
            with ThreadPoolExecutor(64) as phones:
                uploads = [phones.submit(upload_slowly, product, clip) for _ in range(64)]
                _say(f"64 uploads of {clip.stat().st_size:,} bytes", read_and_deliver(product))
                done = [upload.result() for upload in uploads]
            sys.stdout.write(
                f"uploads: {sum(status == 201 for status, _ in done)} of 64 taken, "
                f"told to come again {sum(often for _, often in done)} times\n"
            )
    return 0


def _say(beside: str, took: list[float]) -> None:
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    sys.stdout.write(
        f"{beside:<40} p50 {p50 * 1000:6.0f} ms   p99 {p99 * 1000:6.0f} ms   worst {took[-1] * 1000:6.0f} ms\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
