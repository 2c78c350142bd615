"""Make the API misbehave, and behave again."""

from typing import Any

from sandbox import faults
from sandbox.control.values import as_bool, as_int

Params = dict[str, Any]


def add(params: Params) -> Params:
    """`slow_ms`, `status`, `hang`, `reset`; `path` prefix, `method`, `times`, `after`."""
    unknown = set(params) - {"slow_ms", "status", "hang", "reset", "path", "method", "times", "after"}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    fault = faults.Fault(
        path=params.get("path", "/v1/"),
        method=params.get("method", ""),
        slow_ms=as_int(params.get("slow_ms")) or 0,
        status=as_int(params.get("status")) or 0,
        hang=as_bool(params.get("hang")),
        reset=as_bool(params.get("reset")),
        after=as_bool(params.get("after")),
        times=as_int(params.get("times")),
    )
    if not (fault.slow_ms or fault.status or fault.hang or fault.reset):
        raise ValueError("say what shall go wrong: slow_ms, status, hang or reset")
    faults.add(fault)
    return listed({})


def reset(_params: Params) -> Params:
    faults.reset()
    return listed({})


def listed(_params: Params) -> Params:
    return {"faults": faults.listed()}
