"""Limits on how often one visitor may call: token buckets in this process's memory, never in a database."""

import ipaddress
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

MAX_BUCKETS = 50_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class TokenBuckets:
    """`burst` calls at once, `per_second` on average, for each key; the least recently seen keys are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, *, per_second: float, burst: float) -> float:
        """Seconds until the call would be allowed; 0 when it is, and then it is counted."""
        now = time.monotonic()
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(burst, now)
            self._buckets[key] = bucket
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * per_second)
            bucket.filled_at = now
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / per_second
            bucket.tokens -= 1
            return 0.0


buckets = TokenBuckets()


class _Throttle(BaseThrottle):
    """One limit. Whose: the visitor's when there is one, else their network's."""

    scope = ""
    wait_seconds = 0.0

    def rate(self) -> tuple[float, float]:
        """(calls per second, burst)."""
        raise NotImplementedError

    def key(self, request: Request) -> str:
        return str(request.user.id) if request.user else network_of(request)

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not settings.THROTTLES:
            return True
        per_second, burst = self.rate()
        self.wait_seconds = buckets.take(
            f"{self.scope}:{self.key(request)}", per_second=per_second, burst=burst
        )
        return self.wait_seconds == 0

    def wait(self) -> float:
        return max(1.0, self.wait_seconds)


class Calls(_Throttle):
    scope = "calls"

    def rate(self) -> tuple[float, float]:
        return settings.THROTTLE_CALLS_PER_SECOND, settings.THROTTLE_CALLS_PER_SECOND * 10


class Topups(_Throttle):
    scope = "topups"

    def rate(self) -> tuple[float, float]:
        return settings.THROTTLE_TOPUPS_PER_MINUTE / 60, settings.THROTTLE_TOPUPS_PER_MINUTE


class Uploads(_Throttle):
    scope = "uploads"

    def rate(self) -> tuple[float, float]:
        return settings.THROTTLE_UPLOADS_PER_MINUTE / 60, settings.THROTTLE_UPLOADS_PER_MINUTE


class NewGuests(_Throttle):
    """Each guest is a file and two rows: an address may not make them without end."""

    scope = "guests"

    def rate(self) -> tuple[float, float]:
        return settings.THROTTLE_GUESTS_PER_HOUR / 3600, settings.THROTTLE_GUESTS_PER_HOUR

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return request.user is not None or super().allow_request(request, view)


def address_of(request: Request | HttpRequest) -> str:
    """Fly's proxy names the client in Fly-Client-IP; elsewhere it is the peer itself."""
    if settings.FLY_APP_NAME:
        return request.headers.get("Fly-Client-IP", "")
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(request: Request | HttpRequest) -> str:
    """Who is counted as one caller: an IPv4 address, or the /64 that whoever has one IPv6 address has all of."""
    given = address_of(request)
    try:
        ip = ipaddress.ip_address(given.strip())
    except ValueError:
        return given
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((int(ip), 64), strict=False))
    return str(ip)
