"""A payment that fits nothing is settled by an operator once, one way, and finished whatever interrupts."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from reelballers.user_db import user_db, user_db_path
from tests.cast.payments import (
    balance_of,
    deliver,
    event_of,
    lines_of,
    new_id,
    open_topup,
    paid,
    refund_of,
    session_of,
)
from wallet.errors import AlreadyDecided, NotCreditable
from wallet.models import LedgerEntry, Topup
from wallet.payments import decisions
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment

PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def stray(user_id):
    """A paid session with an amount that is not its top-up's."""
    session = paid(open_topup(user_id)) | {"amount_subtotal": 700, "amount_total": 700}
    fulfil(session)
    return session


def credit(session, user_id, actor="op@example.com"):
    decisions.credit(session_id=session["id"], user_id=user_id, actor=actor, reason="it is theirs")


def refund(session):
    return decisions.give_back(session_id=session["id"], actor="op@example.com", reason="not ours to keep")


def answering(stand_in, session):
    def made(asked):
        return 200, refund_of(session, 700, metadata={"form_id": asked["metadata[form_id]"]})

    stand_in.answers["POST /v1/refunds"] = made


def test_a_credit_is_written_once_with_its_topup(user_id, stray):
    credit(stray, user_id)
    credit(stray, user_id)
    assert lines_of(user_id) == [(f"topup:{stray['id']}", 700)]
    with user_db(user_id):
        assert (Topup.objects.get().status, LedgerEntry.objects.get().actor) == ("paid", "op@example.com")
    assert UnmatchedPayment.objects.get().state == "credited"


def test_another_wallet_may_get_it(user_id, new_user, stray):
    other = new_user()
    credit(stray, other)
    assert (balance_of(user_id), balance_of(other)) == (0, 700)
    assert PaymentIndex.objects.get().user_id == other
    assert fulfil(stray) == "applied"
    assert (balance_of(user_id), balance_of(other)) == (0, 700)


def test_its_refund_then_takes_from_that_wallet(client, seeded, new_user, stray):
    other = new_user()
    deliver(client, event_of("refund.created", refund_of(stray, 70)))
    credit(stray, other)
    assert balance_of(other) == 630
    assert InboxEvent.objects.get().outcome == "applied"


def test_the_second_choice_is_refused(user_id, new_user, stray, stand_in):
    credit(stray, user_id)
    for choose in (lambda: refund(stray), lambda: credit(stray, new_user())):
        with pytest.raises(AlreadyDecided):
            choose()
    assert (stand_in.asked, balance_of(user_id)) == ([], 700)


@pytest.mark.parametrize("changed", [{"currency": "eur"}, {"amount_cents": None}, {"amount_cents": 0}])
def test_what_is_not_dollars_is_not_credited(user_id, stray, changed):
    UnmatchedPayment.objects.update(**changed)
    with pytest.raises(NotCreditable):
        credit(stray, user_id)
    assert UnmatchedPayment.objects.get().state == "open"


@pytest.mark.parametrize("nobody", ["f" * 32, "", "../x"])
def test_only_a_wallet_that_exists_is_credited(stray, nobody):
    with pytest.raises(NotCreditable):
        credit(stray, nobody)


def test_the_worker_finishes_a_credit_that_was_cut_short(user_id, stray):
    UnmatchedPayment.objects.update(
        state="crediting", decided_for_user_id=user_id, decided_by="op", decided_at=PAST
    )
    decisions.finish_decided()
    decisions.finish_decided()
    assert balance_of(user_id) == 700


def test_one_case_that_cannot_be_finished_stops_no_other(user_id, stray, stand_in):
    facts = {"decided_by": "op", "decided_at": PAST, "state": "crediting"}
    UnmatchedPayment.objects.create(session_id="cs_gone", facts={}, decided_for_user_id="f" * 32, **facts)
    UnmatchedPayment.objects.filter(pk=stray["id"]).update(decided_for_user_id=user_id, **facts)
    decisions.finish_decided()
    assert balance_of(user_id) == 700


def test_a_refund_is_asked_once(stray, user_id, stand_in):
    answering(stand_in, stray)
    assert [refund(stray).state, refund(stray).state] == ["refunded", "refunded"]
    assert stand_in.calls == ["POST /v1/refunds"]
    assert fulfil(stray) == "unmatched"
    assert balance_of(user_id) == 0


def test_its_refund_event_takes_nothing_and_waits_for_nothing(client, seeded, user_id, stray, stand_in):
    answering(stand_in, stray)
    refund(stray)
    for event_type in ("refund.created", "charge.refunded"):
        thing = (
            refund_of(stray, 700) if event_type == "refund.created" else {"id": "ch_1", "object": "charge"}
        )
        deliver(client, event_of(event_type, thing | {"payment_intent": stray["payment_intent"]}))
    assert set(InboxEvent.objects.values_list("outcome", flat=True)) == {"applied"}


def test_a_refund_that_the_bank_sends_back_opens_the_case_again(client, seeded, stray, stand_in):
    answering(stand_in, stray)
    refund(stray)
    form_id = stand_in.asked[0][1]["metadata[form_id]"]
    failed = refund_of(stray, 700, "failed", metadata={"form_id": form_id})
    deliver(client, event_of("refund.failed", failed))
    assert UnmatchedPayment.objects.get().state == "open"


def test_a_refused_refund_leaves_the_case_open(stray, stand_in):
    stand_in.answers["POST /v1/refunds"] = (400, {"error": {"type": "invalid_request_error", "code": "x"}})
    assert refund(stray).state == "open"


def test_an_unknown_answer_is_asked_again_by_the_worker(stray, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    assert refund(stray).state == "refunding"
    answering(stand_in, stray)
    UnmatchedPayment.objects.update(decided_at=timezone.now() - timedelta(minutes=5))
    decisions.finish_decided()
    assert UnmatchedPayment.objects.get().state == "refunded"


def test_a_case_that_fits_after_all_closes_itself(user_id):
    session = paid(open_topup(user_id))
    path = user_db_path(user_id)
    path.rename(path.with_name("away"))
    from reelballers.models import User

    User.objects.update(wallet_created_at=None)
    assert fulfil(session) == "unmatched"
    path.with_name("away").rename(path)
    assert fulfil(session) == "applied"
    assert (UnmatchedPayment.objects.get().state, balance_of(user_id)) == ("credited", 500)


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_make_one_choice(new_user, stand_in):
    first, second = new_user(), new_user()
    session = paid(session_of(first, "x", new_id("cs_test"), 500))
    fulfil(session)
    answering(stand_in, session)
    outcomes = []

    def choose(action):
        try:
            action()
            outcomes.append("done")
        except AlreadyDecided:
            outcomes.append("refused")

    actions = [lambda: credit(session, first), lambda: credit(session, second), lambda: refund(session)]
    threads = [threading.Thread(target=choose, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused", "refused"]
    assert balance_of(first) + balance_of(second) + 500 * len(stand_in.asked) == 500
