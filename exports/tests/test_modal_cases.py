"""What becomes of a job, and of its credits, in every case that Modal knows: the table in docs/exports.md.

The real client over real gRPC against the scripted control plane; the worker's steps are ours.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from grpclib import GRPCError, Status
from modal._serialization import serialize
from modal_proto import api_pb2

from exports.models import State
from exports.runners.modal import CALL_SECONDS
from tests.cast import export_jobs
from tests.cast.breakable_line import line_to

Result = api_pb2.GenericResult
SOON = 0.7  # seconds: for what hangs anyway; all else has the time that it has in production


@pytest.fixture
def runner(modal_runner):
    modal_runner.poll_every_seconds, modal_runner.rest_seconds = 0.0, 0.0
    return modal_runner


@pytest.fixture
def job(user_id, project, credits):
    return export_jobs.sell(user_id, project)


def stands(user_id, job_id):
    """(state, attempts that count, credits of 100)."""
    job = export_jobs.job_of(user_id, job_id)
    return job.state, job.attempt, export_jobs.balance_cents(user_id)


def failure(code, text="x"):
    return {"ok": False, "error_code": code, "error": text, "seconds": 2.0, "gpu": "T4"}


def crash(status, **facts):
    return Result(status=getattr(Result, f"GENERIC_STATUS_{status}"), exception="x", **facts)


# --- How a call ends ------------------------------------------------------------------------------------------

ENDS = {
    "clip": (failure("clip", "The clip is damaged."), State.FAILED),
    "params": (failure("params", "Too large."), State.FAILED),
    "timeout": (failure("timeout"), State.TIMED_OUT),
    "function timeout": (crash("TIMEOUT"), State.TIMED_OUT),
}


def test_success(user_id, job, runner, plane, clip):
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    plane.end(job.call_id, {"ok": True, "seconds": 10.0, "gpu": "T4"})
    found = export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.SUCCEEDED, 1, 95)
    assert (found.gpu, found.compute_cost_microdollars) == ("T4", 1600)


@pytest.mark.parametrize("case", ENDS)
def test_an_end_that_is_final(user_id, job, runner, plane, case):
    output, state = ENDS[case]
    plane.end(export_jobs.step(user_id, job.id, runner).call_id, output)
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (state, 1, 100)


LOSSES = {
    "no output": {"ok": True, "seconds": 1.0},
    "internal": failure("internal"),
    "out of memory": crash("INTERNAL_FAILURE"),
    "cancelled at Modal": crash("TERMINATED"),
    "image failure": crash("INIT_FAILURE"),
    "container crash": crash("FAILURE", data=b"no pickle"),
    "exception": crash("FAILURE", data=serialize(ValueError("x"))),
    "another shape": ["words"],
    "expired": None,
    "unknown call": None,
}


def lose(plane, call_id, case):
    if case == "expired":
        plane.expire(call_id)
    elif case == "unknown call":
        plane.calls[f"was-{call_id}"] = plane.calls.pop(call_id)
    else:
        plane.end(call_id, LOSSES[case])


@pytest.mark.parametrize("case", LOSSES)
def test_a_loss_that_is_tried_three_times(user_id, job, runner, plane, case):
    for number in (1, 2, 3):
        assert stands(user_id, job.id) == (State.DEBITED, number - 1, 95)
        lose(plane, export_jobs.step(user_id, job.id, runner).call_id, case)
        export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.FAILED, 3, 100)
    assert len({call["order_url"] for call in plane.calls.values()}) == 3


GOES_ON = {
    "no output yet": lambda plane, call_id: None,
    "builtin TimeoutError": lambda plane, call_id: plane.end(
        call_id, crash("FAILURE", data=serialize(TimeoutError("theirs")))
    ),
    "throttled": lambda plane, call_id: refuse(plane, "FunctionGetOutputs", Status.RESOURCE_EXHAUSTED),
    "unreachable": lambda plane, call_id: refuse(plane, "FunctionGetOutputs", Status.UNAVAILABLE),
    "hangs": lambda plane, call_id: plane.hangs.add("FunctionGetOutputs"),
}


@pytest.mark.parametrize("case", GOES_ON)
def test_no_word_is_no_end_until_the_deadline(user_id, job, runner, plane, case):
    GOES_ON[case](plane, export_jobs.step(user_id, job.id, runner).call_id)
    runner.call_seconds = SOON if plane.hangs else CALL_SECONDS
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DISPATCHED, 1, 95)
    export_jobs.change(user_id, job, dispatched_at=timezone.now() - timedelta(hours=2))
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.TIMED_OUT, 1, 100)


# --- How a call is sent ---------------------------------------------------------------------------------------


def refuse(plane, method, status):
    plane.refuses[method] = GRPCError(status, "scripted")


NOT_SENT = {
    "lookup unreachable": lambda plane: refuse(plane, "FunctionGet", Status.UNAVAILABLE),
    "lookup hangs": lambda plane: plane.hangs.add("FunctionGet"),
    "throttled": lambda plane: refuse(plane, "FunctionMap", Status.RESOURCE_EXHAUSTED),
    "token refused": lambda plane: refuse(plane, "FunctionMap", Status.UNAUTHENTICATED),
}


@pytest.mark.parametrize("case", NOT_SENT)
def test_what_was_not_sent_keeps_its_place(user_id, job, runner, plane, case):
    NOT_SENT[case](plane)
    runner.call_seconds = SOON if plane.hangs else CALL_SECONDS
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DEBITED, 0, 95)
    plane.hangs.clear()
    plane.refuses.clear()
    runner.call_seconds = CALL_SECONDS
    export_jobs.change(user_id, job, lease_until=None)
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DISPATCHED, 1, 95)


def test_a_refused_connection_keeps_its_place(user_id, job, runner, plane, monkeypatch):
    runner.call_seconds = SOON
    with line_to(plane.port) as line:
        monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{line.port}")
        line.cut()
        export_jobs.step(user_id, job.id, runner)
        assert stands(user_id, job.id) == (State.DEBITED, 0, 95)
        line.heal()
        runner.call_seconds = CALL_SECONDS
        export_jobs.change(user_id, job, lease_until=None)
        export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DISPATCHED, 1, 95)


REJECTED = {
    "not deployed": ("FunctionGet", Status.NOT_FOUND),
    "call invalid": ("FunctionMap", Status.INVALID_ARGUMENT),
}


@pytest.mark.parametrize("case", REJECTED)
def test_what_modal_will_never_take_is_refunded(user_id, job, runner, plane, case):
    refuse(plane, *REJECTED[case])
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.FAILED, 1, 100)


UNKNOWN = {
    "broke": lambda plane: refuse(plane, "FunctionMap", Status.INTERNAL),
    "hangs": lambda plane: plane.hangs.add("FunctionMap"),
    "reply lost": lambda plane: setattr(plane, "loses_replies", True),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_may_have_been_sent_waits_for_its_lease(user_id, job, runner, plane, case):
    runner._function(job.type)  # what hangs then is the call itself
    UNKNOWN[case](plane)
    runner.call_seconds = SOON if plane.hangs else CALL_SECONDS
    export_jobs.step(user_id, job.id, runner)
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DISPATCHING, 1, 95)
    plane.hangs.clear()
    plane.refuses.clear()
    plane.loses_replies = False
    runner.call_seconds = CALL_SECONDS
    export_jobs.change(user_id, job, lease_until=None)
    export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DISPATCHED, 2, 95)


def test_an_outage_costs_a_job_one_attempt_at_most(user_id, job, runner, plane):
    """After trouble the first call is a lookup, which may hang without harm."""
    export_jobs.step(user_id, job.id, runner)
    plane.expire("fc-1")
    export_jobs.step(user_id, job.id, runner)  # the runner knows the function from here on
    runner.call_seconds = SOON
    plane.hangs |= {"FunctionGet", "FunctionMap"}
    for _ in range(4):
        export_jobs.change(user_id, job, lease_until=None)
        export_jobs.step(user_id, job.id, runner)
    assert stands(user_id, job.id) == (State.DEBITED, 2, 95)
