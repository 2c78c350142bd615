"""The Modal runner: the real client, real gRPC, a control plane that does as it is told. See docs/exports.md."""

import socket

import pytest
from grpclib import GRPCError, Status
from modal._serialization import serialize
from modal_proto import api_pb2

from exports import jobs, runners
from exports.attempts import Attempt
from exports.models import State
from exports.runners.base import NotSent, OutcomeUnknown, Rejected
from exports.runners.modal import ModalRunner
from exports.tests.far_product import wait_until
from tests.cast import export_jobs

Result = api_pb2.GenericResult
ATTEMPT = Attempt("0" * 32, "1" * 24, 1, "framing", {}, "source.mp4", "out/1", 1000, 140.0)


@pytest.fixture
def runner(modal_runner):
    return modal_runner


def refusal(status: Status) -> GRPCError:
    return GRPCError(status, "scripted")


def test_it_sends_a_short_signed_address_and_keeps_the_calls_name(runner, plane):
    call_id = runner.submit(ATTEMPT)
    call = plane.calls[call_id]
    assert call["function"] == "fu-framing"
    assert "/api/callbacks/exports/" in call["order_url"]
    assert "signature=" in call["order_url"]


def test_huge_params_are_fetched_never_sent(runner, plane):
    frames = [{"time_seconds": i / 10, "x": 0.5, "y": 0.5, "zoom": 1.0} for i in range(500)]
    assert runner.submit(Attempt(**{**ATTEMPT.__dict__, "params": {"keyframes": frames}}))


def test_what_has_no_output_yet_is_queued(runner):
    assert runner.poll(runner.submit(ATTEMPT), ATTEMPT).state == "queued"


def test_an_envelope_is_the_end(runner, plane):
    call_id = runner.submit(ATTEMPT)
    plane.end(call_id, {"ok": True, "seconds": 2.5, "gpu": "T4"})
    report = runner.poll(call_id, ATTEMPT)
    assert (report.state, report.envelope["gpu"]) == ("ended", "T4")


FAILURES = [
    (Result(status=Result.GENERIC_STATUS_TIMEOUT, exception="x"), "timeout"),
    (Result(status=Result.GENERIC_STATUS_INTERNAL_FAILURE, exception="out of memory"), "internal"),
    (Result(status=Result.GENERIC_STATUS_TERMINATED, exception="cancelled"), "internal"),
    (Result(status=Result.GENERIC_STATUS_INIT_FAILURE, exception="no image"), "internal"),
    (
        Result(status=Result.GENERIC_STATUS_FAILURE, exception="x", data=serialize(ValueError("x"))),
        "internal",
    ),
    (Result(status=Result.GENERIC_STATUS_FAILURE, exception="x", data=b"no pickle"), "internal"),
]


@pytest.mark.parametrize(("result", "code"), FAILURES)
def test_a_failure_over_there_is_an_envelope_here(runner, plane, result, code):
    call_id = runner.submit(ATTEMPT)
    plane.end(call_id, result)
    report = runner.poll(call_id, ATTEMPT)
    assert (report.state, report.envelope["error_code"]) == ("ended", code)


def test_a_builtin_timeout_raised_over_there_looks_like_pending(runner, plane):
    """Why functions return a plain envelope and never raise."""
    call_id = runner.submit(ATTEMPT)
    plane.end(call_id, Result(status=Result.GENERIC_STATUS_FAILURE, data=serialize(TimeoutError("theirs"))))
    assert runner.poll(call_id, ATTEMPT).state == "queued"


@pytest.mark.parametrize("answer", [None, "words", 7, [1]])
def test_an_answer_of_another_shape_is_an_empty_envelope(runner, plane, answer):
    call_id = runner.submit(ATTEMPT)
    plane.end(call_id, answer)
    assert runner.poll(call_id, ATTEMPT).envelope == {}


def test_an_expired_output_and_an_unknown_call_are_lost(runner, plane):
    call_id = runner.submit(ATTEMPT)
    plane.expire(call_id)
    assert runner.poll(call_id, ATTEMPT).state == "lost"
    assert runner.poll("fc-never", ATTEMPT).state == "lost"


NOT_SENT = [
    ("FunctionGet", Status.UNAUTHENTICATED),
    ("FunctionGet", Status.UNAVAILABLE),
    ("FunctionGet", Status.INTERNAL),
    ("FunctionMap", Status.RESOURCE_EXHAUSTED),
    ("FunctionMap", Status.PERMISSION_DENIED),
    ("FunctionMap", Status.UNAUTHENTICATED),
]


@pytest.mark.parametrize(("method", "status"), NOT_SENT)
def test_what_surely_did_not_start_may_be_sent_again(runner, plane, method, status):
    plane.refuses[method] = refusal(status)
    with pytest.raises(NotSent):
        runner.submit(ATTEMPT)
    assert not plane.calls


REJECTED = [
    ("FunctionGet", Status.NOT_FOUND),
    ("FunctionMap", Status.INVALID_ARGUMENT),
    ("FunctionMap", Status.NOT_FOUND),
]


@pytest.mark.parametrize(("method", "status"), REJECTED)
def test_what_will_never_be_taken_is_rejected(runner, plane, method, status):
    plane.refuses[method] = refusal(status)
    with pytest.raises(Rejected):
        runner.submit(ATTEMPT)


def test_a_function_that_was_deployed_anew_is_looked_up_again(runner, plane):
    runner.submit(ATTEMPT)
    plane.refuses["FunctionMap"] = refusal(Status.NOT_FOUND)
    with pytest.raises(NotSent):
        runner.submit(ATTEMPT)
    with pytest.raises(Rejected):
        runner.submit(ATTEMPT)
    assert plane.asked.count("FunctionGet") == 2


@pytest.mark.parametrize("status", [Status.INTERNAL, Status.UNKNOWN, Status.ABORTED])
def test_a_call_that_broke_may_have_started(runner, plane, status):
    plane.refuses["FunctionMap"] = refusal(status)
    with pytest.raises(OutcomeUnknown):
        runner.submit(ATTEMPT)


def test_a_lost_reply_after_the_commit_is_an_unknown_outcome(runner, plane):
    plane.loses_replies = True
    with pytest.raises(OutcomeUnknown):
        runner.submit(ATTEMPT)
    assert plane.calls


def test_a_lookup_that_hangs_is_cut_off_before_anything_was_sent(runner, plane):
    runner.call_seconds = 0.7
    plane.hangs.add("FunctionGet")
    with pytest.raises(NotSent, match=r"no answer in 0\.7 s"):
        runner.submit(ATTEMPT)


def test_a_call_that_hangs_is_cut_off_and_may_have_been_sent(runner, plane):
    runner.submit(ATTEMPT)  # the function is known from here on: nothing else takes time
    runner.call_seconds = 0.7
    plane.hangs.add("FunctionMap")
    with pytest.raises(OutcomeUnknown, match=r"no answer in 0\.7 s"):
        runner.submit(ATTEMPT)


def test_a_refused_connection_is_cut_off(settings, monkeypatch):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{reserved.getsockname()[1]}")
        settings.MODAL_TOKEN_ID, settings.MODAL_TOKEN_SECRET = "ak-test", "as-test"
        runner = ModalRunner(call_seconds=0.7, rest_seconds=60)
        with pytest.raises(NotSent, match=r"no answer in 0\.7 s"):
            runner.submit(ATTEMPT)


def test_while_modal_is_away_nobody_waits_for_it(runner, plane):
    call_id = runner.submit(ATTEMPT)
    runner.call_seconds, runner.rest_seconds = 0.5, 60
    plane.hangs.add("FunctionGetOutputs")
    with pytest.raises(NotSent):
        runner.poll(call_id, ATTEMPT)
    plane.asked.clear()
    assert not runner.has_room()
    for ask in (lambda: runner.poll(call_id, ATTEMPT), lambda: runner.cancel(call_id)):
        with pytest.raises(NotSent):
            ask()
    assert plane.asked == []


def test_it_comes_back_by_itself(runner, plane):
    plane.refuses["FunctionGet"] = refusal(Status.UNAVAILABLE)
    with pytest.raises(NotSent):
        runner.submit(ATTEMPT)
    plane.refuses.clear()
    assert not runner.has_room()
    wait_until(runner.has_room, 10, every_seconds=0.05)
    assert runner.submit(ATTEMPT)


def test_throttled_polls_are_no_end(runner, plane):
    call_id = runner.submit(ATTEMPT)
    plane.refuses["FunctionGetOutputs"] = refusal(Status.RESOURCE_EXHAUSTED)
    with pytest.raises(NotSent):
        runner.poll(call_id, ATTEMPT)


def test_a_cancel_reaches_the_call(runner, plane):
    call_id = runner.submit(ATTEMPT)
    runner.cancel(call_id)
    assert plane.cancelled == [call_id]


def test_a_cancel_of_an_unknown_call_does_nothing(runner):
    runner.cancel("fc-never")


def test_a_cancel_that_does_not_get_through_says_so(runner, plane):
    call_id = runner.submit(ATTEMPT)
    plane.refuses["FunctionCallCancel"] = refusal(Status.UNAVAILABLE)
    with pytest.raises(NotSent):
        runner.cancel(call_id)


def test_a_lost_reply_heals_when_the_attempt_speaks(runner, plane, user_id, project, credits):
    """The call runs under a name we never heard; its own word brings it, and no second one is sent."""
    plane.loses_replies = True
    job = export_jobs.sell(user_id, project)
    assert export_jobs.step(user_id, job.id, runner).state == State.DISPATCHING

    job = export_jobs.job_of(user_id, job.id)
    jobs.note_progress(user_id=user_id, job=job, progress=0.1, call_id="fc-1")
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.call_id, found.attempt) == (State.RUNNING, "fc-1", 1)


@pytest.fixture
def modal_is_configured(settings, modal_runner):
    settings.EXPORT_BACKEND = "modal"
    runners.runner.cache_clear()
    yield
    runners.runner.cache_clear()


def test_a_visitors_request_asks_modal_nothing(browser, project, credits, modal_is_configured, plane):
    """The worker does, afterwards: a Modal that hangs holds no visitor."""
    body = {"project_id": project.id, "type": "framing", "params": {}}
    job = browser.post("/api/export/start", body, content_type="application/json").json()
    assert browser.post(f"/api/export/{job['job_id']}/cancel").status_code == 200
    assert plane.asked == []


def test_a_job_of_the_other_backend_is_lost(runner):
    assert runner.poll("4711:99-abc", ATTEMPT).state == "lost"
    runner.cancel("4711:99-abc")
