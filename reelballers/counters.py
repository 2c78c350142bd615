"""Counts over all processes of the web: memory that they share, because each of them answers a part of the requests.

Made when the app is loaded, before the fork. Each process adds in a row of its own; a reader adds the rows up.
"""

import mmap
import struct
import threading

# Upper ends of the latency's buckets, in milliseconds; what took longer is counted in none but the total.
BUCKETS_MS = (10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)
KINDS = ("webhook", "api", "page")
STATUSES = ("2xx", "3xx", "4xx", "5xx")
NAMES = (
    *(f"{kind}:{status}" for kind in KINDS for status in STATUSES),
    *(f"{kind}:le{end}" for kind in KINDS for end in BUCKETS_MS),
    *(f"{kind}:count" for kind in KINDS),
    *(f"{kind}:sum_us" for kind in KINDS),
    "unavailable",
)
ROWS = 64  # more than there are processes at a time
_AT = {name: index for index, name in enumerate(NAMES)}
_ROW_BYTES = 8 * len(NAMES)

_memory = mmap.mmap(-1, ROWS * _ROW_BYTES)
_lock = threading.Lock()
_row = 0


def take_row(number: int) -> None:
    """In a process that has just been forked; no two living ones may have the same."""
    global _row
    _row = number % ROWS


def add(**amounts: int) -> None:
    add_all(amounts)


def add_all(amounts: dict[str, int]) -> None:
    with _lock:
        for name, amount in amounts.items():
            at = _row * _ROW_BYTES + 8 * _AT[name]
            struct.pack_into("q", _memory, at, struct.unpack_from("q", _memory, at)[0] + amount)


def totals() -> dict[str, int]:
    rows = [struct.unpack_from(f"{len(NAMES)}q", _memory, row * _ROW_BYTES) for row in range(ROWS)]
    return dict(zip(NAMES, map(sum, zip(*rows, strict=True)), strict=True))
