"""Starts exports from a process of its own, several at a time: beside a test's threads it would time their GIL.

Standard input: {"host": "localhost:8000", "clients": n, "starts": [{"session": …, "project_id": …}, …]}.
Standard output, for each start: {"seconds": …, "status": … (0: refused), "job_id": …}.
"""

import http.client
import json
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

BODY = {"type": "framing", "params": {}, "cost_cents": 5}


def main() -> None:
    order = json.load(sys.stdin)
    clients, starts = order["clients"], order["starts"]
    with ThreadPoolExecutor(clients) as pool:
        shares = [starts[number::clients] for number in range(clients)]
        told = pool.map(lambda share: list(start_each(order["host"], share)), shares)
        json.dump([answer for answers in told for answer in answers], sys.stdout)


def start_each(host: str, starts: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    connection = http.client.HTTPConnection(host, timeout=60)
    for each in starts:
        body = json.dumps({**BODY, "project_id": each["project_id"]})
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"session={each['session']}",
            "Idempotency-Key": secrets.token_hex(8),
        }
        started = time.perf_counter()
        try:
            connection.request("POST", "/api/export/start", body, headers)
            answer = connection.getresponse()
            status, word = answer.status, answer.read()
        except ConnectionRefusedError:
            status, word = 0, b"{}"
        seconds = time.perf_counter() - started
        job_id = json.loads(word).get("job_id") if status == 201 else None
        yield {"seconds": seconds, "status": status, "job_id": job_id}


if __name__ == "__main__":
    main()
