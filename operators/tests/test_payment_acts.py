"""Giving a payment back, reading it at Stripe, applying an event again: whatever Stripe answers, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from operators.acts import confirm
from operators.models import OperatorAct
from operators.tests.conftest import act_of, do, draft
from reelballers.user_db import user_db, user_transaction
from tests.cast.payments import balance_of, deliver, event_of, lines_of, open_topup, paid, refund_of
from wallet import ledger
from wallet.models import LedgerEntry, Reversal, Topup
from wallet.payments import refunds
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent, OpenRefund
from wallet.tests.stand_in import StandIn, listed

pytestmark = pytest.mark.django_db


def topup_of(session: dict[str, Any]) -> str:
    return session["metadata"]["topup_id"]


def answering(stand_in: StandIn, session: dict[str, Any], **more: Any) -> None:
    def made(asked: dict[str, str]) -> Any:
        metadata = {"form_id": asked["metadata[form_id]"]}
        return 200, refund_of(session, int(asked["amount"]), metadata=metadata, **more)

    stand_in.answers["POST /v1/refunds"] = made


def spend(user_id: str, cents: int) -> None:
    with user_transaction(user_id):
        ledger.debit(job_id="j", cost_cents=cents)


def test_the_form_offers_what_is_unspent(owner: Client, user_id: str, bought: Any) -> None:
    spend(user_id, 380)
    form = owner.get(f"/admin/wallets/{user_id}/acts", {"kind": "payment_refund", "of": topup_of(bought)})
    assert 'name="amount_cents" value="120"' in form.content.decode()


def test_a_draft_asks_nobody_and_shows_the_debt(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    spend(user_id, 380)
    answer = draft(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=500)
    page = owner.get(answer["Location"]).content.decode()
    assert "debt of −380" in page
    assert "$5.00 of $5.00 go back" in page
    assert (stand_in.asked, balance_of(user_id)) == ([], 120)


def test_it_is_refunded_once_and_the_receipt_names_it(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    answering(stand_in, bought)
    act = do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=200)
    owner.post(f"/admin/acts/{act.id}")
    assert (stand_in.calls, balance_of(user_id)) == (["POST /v1/refunds"], 300)
    assert stand_in.asked[0][1]["metadata[form_id]"] == act.id
    with user_db(user_id):
        row = Reversal.objects.get()
    assert (row.actor, act.state, act.before_cents, act.after_cents) == (
        "owner@example.com",
        "done",
        500,
        300,
    )
    assert row.id in owner.get(f"/admin/acts/{act.id}").content.decode()


def test_back_and_again_is_another_draft_and_is_told_of_the_first(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    answering(stand_in, bought)
    do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=100)
    answer = draft(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=100)
    assert "owner@example.com did the same" in owner.get(answer["Location"]).content.decode()
    assert (len(stand_in.calls), balance_of(user_id)) == (1, 400)


def test_more_than_is_left_is_refused_in_words(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    page = draft(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=501).content.decode()
    assert "At most $5.00 of this payment" in page
    assert (
        "no such paid top-up"
        in draft(
            owner, user_id, "payment_refund", of=topup_of(open_topup(user_id)), amount_cents=1
        ).content.decode()
    )
    assert stand_in.asked == []


def test_what_is_spent_meanwhile_stops_it(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    answering(stand_in, bought)
    answer = draft(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=500)
    spend(user_id, 1)
    owner.post(answer["Location"])
    act = act_of(answer)
    assert (act.state, balance_of(user_id), stand_in.asked) == ("refused", 499, [])
    with user_db(user_id):
        assert not Reversal.objects.exists()


def test_a_refusal_is_no_success(owner: Client, user_id: str, bought: Any, stand_in: StandIn) -> None:
    no = {"error": {"type": "invalid_request_error", "code": "charge_disputed", "message": "Disputed."}}
    stand_in.answers["POST /v1/refunds"] = (400, no)
    act = do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=200)
    assert (act.state, act.before_cents, act.after_cents) == ("refused", 500, 500)
    assert "refused by Stripe, the credits are back" in act.said
    page = owner.get(f"/admin/acts/{act.id}").content.decode()
    assert 'class="lead bad"' in page
    assert balance_of(user_id) == 500


@pytest.mark.parametrize("silence", [(500, {"error": {"type": "api_error"}}), (200, b"<html>"), 0.01])
def test_an_answer_that_is_lost_stays_under_way_until_the_worker_knows(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn, silence: Any
) -> None:
    stand_in.answers["POST /v1/refunds"] = silence
    act = do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=200)
    assert (act.state, balance_of(user_id)) == ("doing", 300)
    assert "Stripe has not answered" in owner.get(f"/admin/acts/{act.id}").content.decode()
    answering(stand_in, bought)
    OpenRefund.objects.update(next_attempt_at=timezone.now())
    refunds.finish_open()
    OperatorAct.objects.update(confirmed_at=timezone.now() - timedelta(minutes=2))
    confirm.finish_stale()
    act.refresh_from_db()
    assert (act.state, balance_of(user_id)) == ("done", 300)
    keys = {headers["Idempotency-Key"] for _, _, headers in stand_in.asked}
    assert keys == {f"refund-{act.id}"}


def test_a_receipt_tells_what_became_of_the_refund(
    client: Client, seeded: None, owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    answering(stand_in, bought, status="pending")
    act = do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=200)
    with user_db(user_id):
        row = Reversal.objects.get()
    failed = refund_of(bought, 200, "failed", id=row.id)
    deliver(client, event_of("refund.failed", failed))
    page = owner.get(f"/admin/acts/{act.id}").content.decode()
    assert "Since then: Refund of $2.00 failed at the bank, the credits are back" in page
    assert balance_of(user_id) == 500


# --- Repairs ------------------------------------------------------------------------------------------------------


def test_a_payment_whose_webhook_was_lost_is_read_at_stripe(
    owner: Client, user_id: str, stand_in: StandIn
) -> None:
    session = open_topup(user_id)
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, paid(session))
    for name in ("refunds", "disputes"):
        stand_in.answers[f"GET /v1/{name}"] = (200, listed())
    for expected in (500, 500):
        act = do(owner, user_id, "payment_sync", of=topup_of(session))
        assert (act.state, balance_of(user_id)) == ("done", expected)
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_stripe_away_changes_nothing_and_is_said(owner: Client, user_id: str, stand_in: StandIn) -> None:
    session = open_topup(user_id)
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (500, {"error": {"type": "api_error"}})
    act = do(owner, user_id, "payment_sync", of=topup_of(session))
    assert (act.state, balance_of(user_id)) == ("refused", 0)
    assert "Nothing was changed" in act.said
    with user_db(user_id):
        assert Topup.objects.get().status == "open"


def test_an_event_is_applied_again(client: Client, seeded: None, owner: Client, user_id: str) -> None:
    session = open_topup(user_id)
    deliver(client, event_of("checkout.session.completed", paid(session)))
    event = InboxEvent.objects.get()
    assert event.object_id == session["id"]
    InboxEvent.objects.update(outcome="pending", last_error="locked")
    act = do(owner, user_id, "event_reapply", of=event.pk)
    assert (act.said, balance_of(user_id)) == ("Event: applied.", 500)
    act = do(owner, user_id, "event_reapply", of=event.pk)
    assert (act.said, balance_of(user_id)) == ("Event: applied.", 500)


def test_an_event_of_nobody_is_applied_without_a_wallet(client: Client, seeded: None, owner: Client) -> None:
    deliver(client, event_of("checkout.session.completed", {**paid(open_session()), "metadata": {}}))
    event = InboxEvent.objects.get()
    answer = owner.post("/admin/acts", {"kind": "event_reapply", "of": event.pk, "reason": "to be sure"})
    owner.post(answer["Location"])
    assert act_of(answer).said == "Event: not ours."


def open_session() -> dict[str, Any]:
    from tests.cast.payments import new_id, session_of

    return session_of("nobody", "t", new_id("cs_test"), 500)


# --- Unmatched ----------------------------------------------------------------------------------------------------


@pytest.fixture
def stray(user_id: str) -> dict[str, Any]:
    """A paid session with an amount that is not its top-up's."""
    session = paid(open_topup(user_id)) | {"amount_subtotal": 700, "amount_total": 700}
    session["customer_details"] = {"email": "Payer@Example.com"}
    fulfil(session)
    return session


def test_an_unmatched_payment_is_credited(owner: Client, user_id: str, stray: Any) -> None:
    page = owner.get(f"/admin/unmatched/{stray['id']}").content.decode()
    assert "Payer@Example.com" in page
    assert "amount_subtotal is 700, not 500" in page
    act = do(owner, user_id, "unmatched_settle", of=stray["id"])
    assert (act.state, act.before_cents, act.after_cents) == ("done", 0, 700)
    assert balance_of(user_id) == 700


def test_crediting_a_stranger_is_warned_of(owner: Client, new_user: Any, stray: Any) -> None:
    other = new_user()
    answer = draft(owner, other, "unmatched_settle", of=stray["id"], how="credit")
    assert "says it belongs to wallet" in owner.get(answer["Location"]).content.decode()
    owner.post(answer["Location"])
    assert balance_of(other) == 700


def test_an_unmatched_payment_is_given_back(
    owner: Client, user_id: str, stray: Any, stand_in: StandIn
) -> None:
    def made(asked: dict[str, str]) -> Any:
        return 200, refund_of(stray, 700, metadata={"form_id": asked["metadata[form_id]"]})

    stand_in.answers["POST /v1/refunds"] = made
    sent = {"kind": "unmatched_settle", "of": stray["id"], "how": "refund", "reason": "not ours"}
    answer = owner.post("/admin/acts", sent)
    for _ in range(2):
        owner.post(answer["Location"])
    assert (act_of(answer).state, stand_in.calls) == ("done", ["POST /v1/refunds"])
    assert balance_of(user_id) == 0
    late = draft(owner, user_id, "unmatched_settle", of=stray["id"])
    assert "refunded already, by owner@example.com" in late.content.decode()


def test_a_refused_refund_of_an_unmatched_payment_is_no_success(
    owner: Client, stray: Any, stand_in: StandIn
) -> None:
    stand_in.answers["POST /v1/refunds"] = (
        400,
        {"error": {"type": "invalid_request_error", "message": "No."}},
    )
    sent = {"kind": "unmatched_settle", "of": stray["id"], "how": "refund", "reason": "not ours"}
    answer = owner.post("/admin/acts", sent)
    owner.post(answer["Location"])
    assert act_of(answer).state == "refused"
    assert "Stripe refused the refund: No." in act_of(answer).said


def test_one_without_a_payment_is_said_not_to_be_refundable(
    owner: Client, user_id: str, stand_in: StandIn
) -> None:
    session = paid(open_topup(user_id)) | {"mode": "subscription", "payment_intent": None}
    fulfil(session)
    sent = {"kind": "unmatched_settle", "of": session["id"], "how": "refund", "reason": "x"}
    assert "give it back in Stripe&#x27;s dashboard" in owner.post("/admin/acts", sent).content.decode()
    assert stand_in.asked == []


def test_a_visitor_reads_no_request_id_of_stripes(
    owner: Client, user_id: str, bought: Any, stand_in: StandIn
) -> None:
    no = {
        "error": {"type": "invalid_request_error", "code": "charge_disputed", "message": "req_abc: Disputed."}
    }
    stand_in.answers["POST /v1/refunds"] = (400, no)
    do(owner, user_id, "payment_refund", of=topup_of(bought), amount_cents=200)
    with user_db(user_id):
        notes = list(LedgerEntry.objects.order_by("id").values_list("note", flat=True))
    assert notes[1:] == ["asked nicely", "refund refused by Stripe"]
