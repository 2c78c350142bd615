"""`GET /metrics` for Prometheus, with `Authorization: Bearer $METRICS_TOKEN`; without a token set there is none.

What is counted in the web's processes, and what the databases and the disk say at this moment.
"""

import hmac
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse

from reelballers import counters

# (name, labels, value); apps add theirs, so that the ground knows none of them.
Sample = tuple[str, dict[str, str], float]
Source = Callable[[], Iterator[Sample]]
_sources: list[Source] = []


def source(function: Source) -> Source:
    """Registers what an app has to tell."""
    _sources.append(function)
    return function


def metrics(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN:
        raise Http404
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("a token is needed\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    lines = [_line(*sample) for each in (_requests, _process, *_sources) for sample in _told(each)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _told(told: Source) -> list[Sample]:
    """What can be told: the rest matters most when one database is away."""
    try:
        return list(told())
    except (DatabaseError, OSError):
        return [("reelballers_source_failed", {"source": told.__name__}, 1)]


def _line(name: str, labels: dict[str, str], value: float) -> str:
    inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:.15g}"


def _requests() -> Iterator[Sample]:
    totals = counters.totals()
    for kind in counters.KINDS:
        for status in counters.STATUSES:
            yield "reelballers_requests_total", {"kind": kind, "status": status}, totals[f"{kind}:{status}"]
        for end in counters.BUCKETS_MS:
            labels = {"kind": kind, "le": f"{end / 1000:g}"}
            yield "reelballers_request_seconds_bucket", labels, totals[f"{kind}:le{end}"]
        labels = {"kind": kind, "le": "+Inf"}
        yield "reelballers_request_seconds_bucket", labels, totals[f"{kind}:count"]
        yield "reelballers_request_seconds_count", {"kind": kind}, totals[f"{kind}:count"]
        yield "reelballers_request_seconds_sum", {"kind": kind}, totals[f"{kind}:sum_us"] / 1_000_000
    yield "reelballers_unavailable_total", {}, totals["unavailable"]


def _process() -> Iterator[Sample]:
    yield "reelballers_open_files", {}, len(list(Path("/proc/self/fd").iterdir()))
    yield "reelballers_disk_free_bytes", {}, shutil.disk_usage(settings.DATA_DIR).free
    yield "reelballers_disk_reserve_bytes", {}, settings.DISK_RESERVE_BYTES
