"""One box finds a wallet by whatever an operator holds, also what is pending, lost or unmatched."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from exports.shared.models import JobSummary, OpenJob
from operators.find import find
from operators.models import OperatorAct
from reelballers.models import User
from reelballers.user_db import user_db
from tests.cast.payments import (
    balance_of,
    deliver,
    dispute_of,
    event_of,
    open_topup,
    paid,
    refund_of,
)
from wallet import payers
from wallet.models import Topup
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.tests.stand_in import StandIn, listed

pytestmark = pytest.mark.django_db


def found(browser: Client, text: str) -> str:
    """Where one hit leads, without what it marks there."""
    answer = browser.get("/admin/find", {"q": text})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].partition("?")[0]


def copy_charge(session: dict[str, Any], last4: str) -> None:
    from djstripe.models import Charge

    card = {"type": "card", "card": {"last4": last4, "brand": "visa"}}
    facts = {"payment_intent": session["payment_intent"], "amount": 500, "payment_method_details": card}
    paid_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    Charge.objects.create(id="ch_1", livemode=False, created=paid_at, amount=5, stripe_data=facts)


def test_a_user_is_found_by_id_and_by_its_first_eight(owner: Client, new_user: Any) -> None:
    user_id, _ = new_user(), new_user()
    for text in (user_id, user_id[:8], user_id[:8].upper(), f"  #{user_id} "):
        assert found(owner, text) == f"/admin/wallets/{user_id}"


@pytest.mark.parametrize("of", ["session", "payment", "topup"])
def test_a_payment_is_found_by_each_of_its_ids(
    owner: Client, user_id: str, new_user: Any, bought: Any, of: str
) -> None:
    fulfil(paid(open_topup(new_user())))
    ids = {
        "session": bought["id"],
        "payment": bought["payment_intent"],
        "topup": bought["metadata"]["topup_id"],
    }
    assert found(owner, ids[of]) == f"/admin/wallets/{user_id}"
    page = owner.get("/admin/find", {"q": ids[of]}, follow=True).content.decode()
    assert page.count('id="marked"') == 1


@pytest.mark.parametrize("model", [OpenJob, JobSummary])
def test_a_job_is_found_open_or_ended(owner: Client, user_id: str, model: Any) -> None:
    now = datetime.now(UTC)
    more = (
        {}
        if model is OpenJob
        else {"type": "framing", "state": "failed", "cost_cents": 5, "created_at": now, "finished_at": now}
    )
    model.objects.create(job_id="a" * 24, user_id=user_id, **more)
    assert found(owner, "a" * 24) == f"/admin/wallets/{user_id}"


def test_a_refund_a_dispute_and_an_event_lead_to_their_payment(
    client: Client, seeded: None, owner: Client, user_id: str, bought: Any
) -> None:
    refund, dispute = refund_of(bought, 100), dispute_of(bought, 100, "needs_response")
    deliver(client, event_of("refund.created", refund))
    deliver(client, event_of("charge.dispute.created", dispute))
    for text in (refund["id"], dispute["id"], *InboxEvent.objects.values_list("event_id", flat=True)):
        assert found(owner, text) == f"/admin/wallets/{user_id}"


def test_a_pending_bank_debit_is_found_by_its_payment(
    client: Client, seeded: None, owner: Client, user_id: str
) -> None:
    session = open_topup(user_id)
    pending = {**session, "status": "complete", "payment_intent": "pi_pending"}
    deliver(client, event_of("checkout.session.completed", pending))
    with user_db(user_id):
        assert Topup.objects.get().status == "processing"
    assert found(owner, "pi_pending") == f"/admin/wallets/{user_id}"
    page = owner.get("/admin/find", {"q": "pi_pending"}, follow=True).content.decode()
    assert "Bank payment on its way, not paid yet" in page


def test_an_unmatched_payment_is_found_by_session_payment_and_address(owner: Client, user_id: str) -> None:
    session = paid(open_topup(user_id)) | {
        "amount_subtotal": 700,
        "customer_details": {"email": "fan@example.com"},
    }
    fulfil(session)
    for text in (session["payment_intent"], "FAN@example.com"):
        assert found(owner, text) == f"/admin/unmatched/{session['id']}"
    assert {hit.what for hit in find(session["id"])} == {"Payment", "Unmatched payment"}


def test_a_payer_is_found_by_the_whole_address_in_any_case(owner: Client, user_id: str, bought: Any) -> None:
    PaymentIndex.objects.update(payer_hmac=payers.hmac_of("Fan@Example.com"))
    assert found(owner, "fan@example.COM") == f"/admin/wallets/{user_id}"
    assert "Nothing here fits" in owner.get("/admin/find", {"q": "an@example.com"}).content.decode()


def test_an_account_is_found_by_its_address(owner: Client, user_id: str) -> None:
    User.objects.filter(pk=user_id).update(email="fan@example.com")
    assert found(owner, "fan@example.com") == f"/admin/wallets/{user_id}"


def test_a_card_is_found_by_its_last_four_and_the_day(owner: Client, user_id: str, bought: Any) -> None:
    copy_charge(bought, "4242")
    assert found(owner, "4242 2026-11-20") == f"/admin/wallets/{user_id}"
    assert find("4242 2026-11-21") == []
    assert find("4243 2026-11-20") == []
    assert find("4242 2026-13-45") == []
    assert found(owner, "ch_1") == f"/admin/wallets/{user_id}"


@pytest.mark.parametrize("text", ["", "   ", "x", "%", "cs_nothing", "a@b", "'; drop", "0" * 300, "\u0000"])
def test_nothing_is_said_to_be_nothing(owner: Client, text: str) -> None:
    assert owner.get("/admin/find", {"q": text}).status_code == 200


def test_an_act_is_found_by_its_id(owner: Client) -> None:
    act = OperatorAct.objects.create(kind="bonus", operator="x", operator_id="y", state="done", reason="z")
    assert found(owner, act.pk) == f"/admin/acts/{act.pk}"


# --- Asking Stripe ------------------------------------------------------------------------------------------------


def lose_webhook(user_id: str, stand_in: StandIn) -> dict[str, Any]:
    """A paid session of which nothing was told here."""
    session = paid(open_topup(user_id))
    stand_in.answers["GET /v1/checkout/sessions"] = (200, listed(session))
    for name in ("refunds", "disputes"):
        stand_in.answers[f"GET /v1/{name}"] = (200, listed())
    return session


def test_the_payment_of_a_lost_webhook_is_asked_for_and_credited(
    owner: Client, user_id: str, stand_in: StandIn
) -> None:
    session = lose_webhook(user_id, stand_in)
    page = owner.get("/admin/find", {"q": session["payment_intent"]}).content.decode()
    assert "Ask Stripe about this id" in page
    assert stand_in.asked == []
    answer = owner.post("/admin/find/ask", {"q": session["payment_intent"]})
    assert answer["Location"].startswith(f"/admin/wallets/{user_id}")
    assert balance_of(user_id) == 500
    assert InboxEvent.objects.get().outcome == "applied"
    act = OperatorAct.objects.get()
    assert (act.kind, act.state, act.operator) == ("ask_stripe", "done", "owner@example.com")


def test_what_stripe_does_not_know_is_said(owner: Client, stand_in: StandIn) -> None:
    page = owner.post("/admin/find/ask", {"q": "pi_x"}, follow=True).content.decode()
    assert "Not done" in page
    assert not InboxEvent.objects.exists()


def test_only_owners_ask_stripe_and_only_by_a_button(staff: Any, owner: Client, stand_in: StandIn) -> None:
    support = staff("support")
    assert "Ask Stripe" not in support.get("/admin/find", {"q": "pi_x"}).content.decode()
    assert support.post("/admin/find/ask", {"q": "pi_x"}).status_code == 403
    assert owner.get("/admin/find/ask", {"q": "pi_x"}).status_code == 405
    assert stand_in.asked == []
