"""The shared database is gone: rebuilt from the users' files and from Stripe, and nobody is credited twice."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from exports.models import ExportJob
from exports.shared.models import JobSummary, OpenJob
from operators.user_files import erase
from reelballers.models import User
from reelballers.user_db import user_db, user_transaction
from sandbox.testing import RunningSandbox
from wallet import ledger
from wallet.models import Wallet
from wallet.payments import decisions, events, fulfil, inbox, reconcile, reversals
from wallet.shared.models import InboxEvent, OpenRefund, PaymentIndex, UnmatchedPayment
from wallet.stripe import api as stripe_api

LOST = (PaymentIndex, OpenJob, JobSummary, OpenRefund, UnmatchedPayment, InboxEvent, User)
# Not why and by whom: of a case that waits Stripe tells it anew, of one refunded at Stripe it does not know.
UNMATCHED_FACTS = (
    "session_id",
    "payment_intent_id",
    "amount_cents",
    "currency",
    "state",
    "decided_for_user_id",
)


@pytest.mark.parametrize(
    "users", [8, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])]
)
def test_default_is_rebuilt_from_files_and_stripe(
    users: int, new_user: Callable[[], str], buy: Callable[..., str], sandbox: RunningSandbox
) -> None:
    user_ids = [new_user() for _ in range(users)]
    sessions = {user_id: buy(user_id, 500) for user_id in user_ids}
    for number, user_id in enumerate(user_ids):
        _live(number, user_id, sessions[user_id])
    gone = user_ids.pop()
    erase.erase(gone)
    strays = _strays(gone, user_ids[0], sandbox)
    call_command("user_db", "reindex", stdout=StringIO())
    before, balances, left = _state(), _balances(user_ids), _left_for_a_person()
    assert {
        row["session_id"]: row["state"] for row in before["unmatched"] if row["session_id"] in strays
    } == strays
    assert len(before["parked"]) == 2
    for model in LOST:
        model.objects.all().delete()

    call_command("user_db", "reindex", stdout=StringIO(), stderr=StringIO())
    _left_for_a_person()
    assert _left_for_a_person() == left
    assert _state() == before
    assert _balances(user_ids) == balances
    out = StringIO()
    call_command("audit", stdout=out)
    assert out.getvalue().startswith(f"audit: ok ({users - 1} wallets")
    _a_late_refund_finds_its_wallet(user_ids[1])


def _live(number: int, user_id: str, session_id: str) -> None:
    """Every third payment is refunded in part, every second user has an open and an ended job."""
    if number % 3 == 0:
        row = PaymentIndex.objects.get(pk=session_id)
        refund = stripe_api.create_refund(
            payment_intent_id=str(row.payment_intent_id),
            amount_cents=200,
            form_id=user_id,
            idempotency_key=user_id,
        )
        reversals.apply_refund(row, refund)
    if number % 2 == 0:
        for state in ("debited", "cancelled"):
            _sell(user_id, state)


def _sell(user_id: str, state: str) -> None:
    now = timezone.now()
    job = ExportJob(project_id="p", project_name="", type="framing", params={}, state=state, created_at=now)
    job.cost_cents, job.price_version, job.sold_duration_ms = 5, "1", 1
    job.idempotency_hash = job.request_hash = ""
    with user_transaction(user_id):
        ledger.debit(job_id=job.id, cost_cents=5)
        if state == "cancelled":
            job.finished_at = now
            ledger.refund_rest(job_id=job.id)
        job.save(force_insert=True)


def _strays(gone: str, heir: str, sandbox: RunningSandbox) -> dict[str, str]:
    """Payments that name an erased user, and what became of each: session → state.

    Of the two that still wait one was refunded in part, the other disputed: both reversals are parked.
    """
    waits, disputed, credited, refunded = (_pay_for(gone, f"late{number}", sandbox) for number in range(4))
    stripe_api.create_refund(
        payment_intent_id=_intent_of(waits), amount_cents=100, form_id="", idempotency_key="part"
    )
    sandbox.control(f"payments/{_intent_of(disputed)}/dispute")
    decisions.credit(session_id=credited, user_id=heir, actor="op@example.com", reason="theirs")
    decisions.give_back(session_id=refunded, actor="op@example.com", reason="nobody's")
    asked = {"types": ["refund.created", "charge.dispute.created"], "limit": 3}
    for event in stripe_api.client().v1.events.list(asked).data:  # type: ignore[arg-type]
        events.apply(inbox.record(stripe_api.plain(event)))
    return {waits: "open", disputed: "open", credited: "credited", refunded: "refunded"}


def _pay_for(gone: str, topup_id: str, sandbox: RunningSandbox) -> str:
    """A payment that names an erased user: it waits for an operator."""
    session_id = stripe_api.create_checkout_session(
        user_id=gone,
        topup_id=topup_id,
        amount_cents=500,
        success_url="http://localhost/s",
        cancel_url="http://localhost/c",
    )["id"]
    sandbox.pay(session_id)
    fulfil.fulfil(stripe_api.retrieve_session(session_id))
    return session_id


def _intent_of(session_id: str) -> str:
    return str(stripe_api.id_of(stripe_api.retrieve_session(session_id)["payment_intent"]))


def _left_for_a_person() -> set[str]:
    findings = reconcile.reconcile(since=timezone.now() - timedelta(days=2))
    return {str(finding) for finding in findings if not finding.is_repaired}


def _state() -> dict[str, Any]:
    payments = list(PaymentIndex.objects.order_by("pk").values())
    for row in payments:
        del row["created_at"]  # the top-up's own from now on, milliseconds earlier
    return {
        "payments": payments,
        "open": sorted(OpenJob.objects.values_list("job_id", "user_id")),
        "ended": list(JobSummary.objects.order_by("pk").values()),
        "unmatched": list(UnmatchedPayment.objects.order_by("pk").values(*UNMATCHED_FACTS)),
        "parked": sorted(
            InboxEvent.objects.filter(outcome=InboxEvent.Outcome.PARKED).values_list(
                "payment_intent_id", "payload__data__object__id"
            )
        ),
        "users": sorted(User.objects.filter(wallet_created_at__isnull=False).values_list("id", flat=True)),
    }


def _balances(user_ids: list[str]) -> list[int]:
    found = []
    for user_id in user_ids:
        with user_db(user_id):
            found.append(Wallet.objects.get().balance_cents)
    return found


def _a_late_refund_finds_its_wallet(user_id: str) -> None:
    row = PaymentIndex.objects.filter(user_id=user_id).get()
    refund = stripe_api.create_refund(
        payment_intent_id=str(row.payment_intent_id), amount_cents=10, form_id="late", idempotency_key="late"
    )
    before = _balances([user_id])[0]
    reversals.apply_object(refund)
    assert _balances([user_id])[0] == before - 10
