"""Nonsense at every call, as a stranger and two users: no fault of ours, no status that the document does not name."""

import contextlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from exports.errors import TooManyOpenJobs
from tests.cast.export_jobs import add_project, give, sell
from tests.cast.payments import open_topup
from tests.fuzz import Fuzzer, Request

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20261126
# Nobody stands behind Stripe's address and the mail's in tests.
AWAY = {
    ("POST", "/api/topup"),
    ("GET", "/api/topup/{session_id}/receipt"),
    ("POST", "/api/account/code"),
}
# What stands before every view answers these for methods and addresses that no document names.
OF_NOTHING = {400, 403, 404, 405, 411}
THINGS_LAST = 200  # requests, until new ones are made: nonsense deletes clips and ends sessions


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(public=True)


class Caller:
    """Somebody with a wallet and things in it, or a stranger."""

    def __init__(self, user_id: str = "") -> None:
        self.user_id, self.ids = user_id, [secrets.token_hex(16)]
        self.client = Client(raise_request_exception=False)

    def renew(self) -> None:
        self.client.cookies.clear()
        if not self.user_id:
            return
        session = self.client.session
        session[SESSION_KEY], session["renewed_at"] = self.user_id, int(time.time())
        session.save()
        give(self.user_id, 100)
        project = add_project(self.user_id)
        self.ids = [*self.ids[-5:], project.id, open_topup(self.user_id)["id"]]
        with contextlib.suppress(TooManyOpenJobs):
            self.ids.append(sell(self.user_id, project).id)

    def send(self, request: Request) -> int:
        answer = self.client.generic(
            request.method,
            request.path,
            request.body,
            content_type=request.content_type,
            QUERY_STRING=request.query,
            headers=request.headers,
        )
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
        return answer.status_code


def _unexpected(
    document: dict[str, Any], sent: Iterator[tuple[Request, int]]
) -> Counter[tuple[str, str, int]]:
    found: Counter[tuple[str, str, int]] = Counter()
    for request, status in sent:
        method = "GET" if request.method == "HEAD" else request.method
        operation = document["paths"].get(request.template, {}).get(method.lower())
        if operation is None:
            is_named = status in OF_NOTHING or (method, status) == ("OPTIONS", 200)
        else:
            is_named = str(status) in operation["responses"]
        is_fault = status >= 500 and (method, request.template) not in AWAY
        if is_fault or not is_named:
            found[request.method, request.template, status] += 1
    return found


def _send(callers: list[Caller], document: dict[str, Any], count: int) -> Iterator[tuple[Request, int]]:
    fuzzer = Fuzzer(document, SEED)
    for number in range(count):
        if number % THINGS_LAST == 0:
            for caller in callers:
                caller.renew()
        caller = fuzzer.random.choice(callers)
        request = fuzzer.request([each for caller in callers for each in caller.ids])
        yield request, caller.send(request)


@pytest.mark.parametrize(
    "count", [400, pytest.param(20_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_no_nonsense_is_a_fault_of_ours_or_a_status_without_a_name(
    document: dict[str, Any], new_user: Callable[[], str], count: int
) -> None:
    callers = [Caller(), Caller(new_user()), Caller(new_user())]
    sent = list(_send(callers, document, count))
    assert _unexpected(document, sent) == Counter()
    assert {status for _, status in sent} >= {200, 400, 403, 404, 405, 411, 415}  # the views are reached
