"""What an attempt far away may fetch and say, and who may not."""

import io
import json
import time

import pytest
from django.test import Client

from exports.attempts import attempt_of
from exports.clips import media
from exports.clips.projects import get_project
from exports.far import orders as far_orders
from exports.far import tickets
from exports.far.tickets import Ticket
from exports.models import State
from reelballers.user_db import user_db
from tests.cast import export_jobs


@pytest.fixture
def job(user_id, credits, runner, clip):
    return export_jobs.dispatched(user_id, export_jobs.add_project(user_id, clip=clip), runner)


@pytest.fixture
def ticket(user_id, job):
    return Ticket(user_id, job.id, 1, int(time.time()) + 60)


@pytest.fixture
def container():
    """Whoever runs the attempt: no session, and an Origin that says nothing."""
    return Client(raise_request_exception=False, headers={"Origin": "https://elsewhere.example"})


def address(ticket, purpose, signature=None):
    signature = tickets.sign(purpose, ticket) if signature is None else signature
    return f"/api/callbacks/exports/{ticket}/{purpose}?signature={signature}"


def say(container, ticket, action, word, *, key=None, sent=None):
    body = json.dumps(word).encode()
    signature = tickets.sign_body(key or tickets.callback_key(ticket), action, body)
    headers = {"X-Signature": signature}
    path = f"/api/callbacks/exports/{ticket}/{action}"
    return container.post(path, sent or body, content_type="application/json", headers=headers)


def test_the_order_says_what_to_do(container, user_id, job, ticket):
    order = container.get(address(ticket, "order")).json()
    assert (order["export_type"], order["params"], order["sold_duration_ms"]) == ("framing", job.params, 1000)
    assert order["callback_key"] == tickets.callback_key(ticket)


def test_the_clip_is_fetched_by_its_address(container, ticket, clip):
    assert container.get(address(ticket, "source")).getvalue() == clip.read_bytes()


def test_the_output_lands_at_its_attempt(container, user_id, job, ticket):
    answer = container.put(address(ticket, "output"), b"film", content_type="video/mp4")
    assert answer.status_code == 204
    assert media.local_path(f"{media.attempt_prefix(user_id, job.id, 1)}/output.mp4").read_bytes() == b"film"


def test_progress_is_noted(container, user_id, job, ticket):
    answer = say(container, ticket, "progress", {"progress": 0.25, "call_id": "fc-1"})
    assert (answer.status_code, answer.json()) == (200, {"stop": False})
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.progress) == (State.RUNNING, 0.25)


def test_the_end_is_kept_for_the_worker(container, user_id, job, ticket):
    assert say(container, ticket, "envelope", {"ok": True, "seconds": 1}).status_code == 200
    found = export_jobs.job_of(user_id, job.id)
    assert (found.envelope, found.is_open) == ({"ok": True, "seconds": 1}, True)


def test_a_duplicate_changes_nothing(container, user_id, job, ticket):
    say(container, ticket, "envelope", {"ok": True})
    assert say(container, ticket, "envelope", {"ok": False}).status_code == 200
    assert export_jobs.job_of(user_id, job.id).envelope == {"ok": True}


def test_an_output_is_written_once(container, user_id, job, ticket):
    """A preempted container is started again on the same input, perhaps after its first run's end was looked at."""
    for body in (b"first", b"second"):
        assert container.put(address(ticket, "output"), body).status_code == 204
    prefix = media.attempt_prefix(user_id, job.id, 1)
    assert media.local_path(f"{prefix}/output.mp4").read_bytes() == b"first"


def test_an_output_that_is_being_looked_at_stays(container, ticket):
    say(container, ticket, "envelope", {"ok": True})
    assert container.put(address(ticket, "output"), b"other").status_code == 410


@pytest.mark.parametrize("purpose", ["order", "source", "output"])
def test_a_forged_address_opens_nothing(container, ticket, purpose):
    send = container.put if purpose == "output" else container.get
    for signature in ("", "0" * 64, tickets.sign("other", ticket)):
        assert send(address(ticket, purpose, signature)).status_code == 403
    assert send(address(ticket, purpose).partition("?")[0]).status_code == 403


@pytest.mark.parametrize("action", ["progress", "envelope"])
def test_a_forged_callback_says_nothing(container, user_id, job, ticket, action):
    word = {"progress": 0.5, "ok": True}
    assert say(container, ticket, action, word, key="x").status_code == 403
    assert say(container, ticket, action, word, sent=b'{"progress": 0.9}').status_code == 403
    other = "envelope" if action == "progress" else "progress"
    signed_for_other = tickets.sign_body(tickets.callback_key(ticket), other, json.dumps(word).encode())
    path = f"/api/callbacks/exports/{ticket}/{action}"
    headers = {"X-Signature": signed_for_other}
    assert container.post(path, word, content_type="application/json", headers=headers).status_code == 403
    assert export_jobs.job_of(user_id, job.id).state == State.DISPATCHED


@pytest.mark.parametrize("change", [{"attempt": 2}, {"job_id": "f" * 24}, {"expires_at": 9999999999}])
def test_a_signature_fits_one_ticket_alone(container, ticket, change):
    other = Ticket(**{**ticket.__dict__, **change})
    assert container.get(address(other, "source", tickets.sign("source", ticket))).status_code == 403
    assert (
        say(container, other, "progress", {"progress": 1}, key=tickets.callback_key(ticket)).status_code
        == 403
    )


@pytest.mark.parametrize("text", ["x", "a.b.c.d", "../../etc", "%00", "٣" * 32 + ".a.1.1"])
def test_a_mangled_ticket_is_forged(container, text):
    assert container.get(f"/api/callbacks/exports/{text}/order?signature=x").status_code in {403, 404}


def test_an_expired_ticket_is_gone(container, user_id, job):
    old = Ticket(user_id, job.id, 1, int(time.time()) - 1)
    assert container.get(address(old, "source")).status_code == 410
    assert say(container, old, "progress", {"progress": 1}).status_code == 410


def late(user_id, job, how):
    if how == "cancelled":
        export_jobs.cancel(user_id, job)
    elif how == "next attempt":
        export_jobs.change(user_id, job, attempt=2)
    else:
        export_jobs.change(user_id, job, state=State.SUCCEEDED, output_path="x", finished_at=job.created_at)


@pytest.mark.parametrize("how", ["cancelled", "next attempt", "succeeded"])
def test_a_late_attempt_is_told_to_stop(container, user_id, job, ticket, how):
    late(user_id, job, how)
    before = export_jobs.job_of(user_id, job.id)
    answer = say(container, ticket, "progress", {"progress": 1})
    assert (answer.status_code, answer.json()["stop"]) == (410, True)
    assert say(container, ticket, "envelope", {"ok": True}).status_code == 410
    assert container.put(address(ticket, "output"), b"late").status_code == 410
    assert container.get(address(ticket, "order")).status_code == 410
    after = export_jobs.job_of(user_id, job.id)
    assert (after.state, after.progress, after.envelope) == (before.state, before.progress, None)


def test_progress_beyond_the_end_is_the_end(container, user_id, job, ticket):
    assert say(container, ticket, "progress", {"progress": 10**400}).status_code == 200
    assert export_jobs.job_of(user_id, job.id).progress == 1


@pytest.mark.parametrize("progress", ["1", True, None, [1]])
def test_progress_is_a_number(container, ticket, progress):
    assert say(container, ticket, "progress", {"progress": progress}).status_code == 400


STRANGE = [
    b"[]",
    b"no json",
    b'"x"',
    b"\xff",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": "\\ud800"}',
    b"[" * 60_000,
]


@pytest.mark.parametrize("body", STRANGE)
def test_a_signed_word_is_an_object_that_can_be_kept(container, ticket, body):
    signature = tickets.sign_body(tickets.callback_key(ticket), "envelope", body)
    path = f"/api/callbacks/exports/{ticket}/envelope"
    headers = {"X-Signature": signature}
    assert container.post(path, body, content_type="application/json", headers=headers).status_code == 400


def test_a_word_is_short(container, ticket):
    assert say(container, ticket, "envelope", {"error": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize("length", ["0", "", "99999999999"])
def test_an_output_says_its_length(container, ticket, length):
    request = {"CONTENT_LENGTH": length, "CONTENT_TYPE": "video/mp4"}
    assert container.generic("PUT", address(ticket, "output"), **request).status_code == 413


def test_half_an_output_is_none(container, user_id, job, ticket):
    request = {"CONTENT_LENGTH": "100", "CONTENT_TYPE": "video/mp4", "wsgi.input": io.BytesIO(b"film")}
    answer = container.generic("PUT", address(ticket, "output"), **request)
    assert answer.status_code == 400
    assert not media.local_path(f"{media.attempt_prefix(user_id, job.id, 1)}/output.mp4").exists()


def test_while_secrets_rotate_the_older_one_still_fits(container, ticket, settings):
    old = address(ticket, "source")
    settings.CALLBACK_SECRETS = ["n" * 40, settings.CALLBACK_SECRETS[0]]
    assert container.get(old).status_code == 200
    assert container.get(address(ticket, "source")).status_code == 200
    settings.CALLBACK_SECRETS = ["n" * 40]
    assert container.get(old).status_code == 403


def test_a_session_opens_nothing_here(browser, ticket):
    assert browser.get(address(ticket, "source", "x")).status_code == 403


def test_an_erased_user_is_gone(container):
    nobody = Ticket("e" * 32, "1" * 24, 1, int(time.time()) + 60)
    assert container.get(address(nobody, "source")).status_code == 410


def test_addresses_live_as_long_as_the_attempt_may_need(user_id, job):
    with user_db(user_id):
        project = get_project(project_id=job.project_id)
    found = far_orders.ticket_of(attempt_of(user_id, job, project))
    assert found.expires_at > time.time() + 140 + 3600
