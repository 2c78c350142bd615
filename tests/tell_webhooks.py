"""Tells webhooks from a process of its own, many at a time: beside a test's threads it would time their GIL.

Standard input: {"host": "localhost:8000", "parallel": n, "webhooks": [[body, signature], …]}.
Standard output, for each: [seconds, status].
"""

import http.client
import json
import queue
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor


def main() -> None:
    order = json.load(sys.stdin)
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for webhook in order["webhooks"]:
        waiting.put(webhook)
    with ThreadPoolExecutor(order["parallel"]) as pool:
        told = pool.map(lambda _: list(tell_them(order["host"], waiting)), range(order["parallel"]))
        json.dump([each for answers in told for each in answers], sys.stdout)


def tell_them(host: str, waiting: "queue.SimpleQueue[list[str]]") -> Iterator[tuple[float, int]]:
    connection = http.client.HTTPConnection(host, timeout=60)
    while True:
        try:
            body, signature = waiting.get_nowait()
        except queue.Empty:
            return
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        started = time.perf_counter()
        connection.request("POST", "/api/webhook", body.encode(), headers)
        answer = connection.getresponse()
        answer.read()
        yield time.perf_counter() - started, answer.status


if __name__ == "__main__":
    main()
