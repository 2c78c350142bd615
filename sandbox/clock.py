"""The sandbox's clock: Stripe's timestamps are whole seconds, our own schedules are milliseconds."""

import time


def now_seconds() -> int:
    return int(time.time())


def now_ms() -> int:
    return time.time_ns() // 1_000_000
