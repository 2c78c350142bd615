"""A kept payment that fits its wallet after all: its case ends when the credits are there, and not before."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from reelballers.models import User
from reelballers.user_db import aliases, user_db, user_db_path
from reelballers.user_db import pool as pools
from tests.cast.payments import balance_of, deliver, event_of, lines_of, open_topup, paid, refund_of
from tests.damage import write_lock
from wallet.errors import AlreadyDecided, NotCreditable
from wallet.models import LedgerEntry
from wallet.payments import decisions
from wallet.payments.differences import difference_of
from wallet.payments.fulfil import fulfil
from wallet.payments.reconcile import compare
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment

pytestmark = pytest.mark.django_db(transaction=True)

State = UnmatchedPayment.State


@pytest.fixture
def fitting(user_id, monkeypatch):
    """A paid session that was kept while its wallet was away; the wallet is back."""
    monkeypatch.setitem(aliases.SQLITE_OPTIONS, "timeout", 0.1)
    session = paid(open_topup(user_id))
    path = user_db_path(user_id)
    pools.pool.close_idle()
    path.rename(path.with_name("away"))
    User.objects.update(wallet_created_at=None)
    assert fulfil(session) == "unmatched"
    path.with_name("away").rename(path)
    return session


def fail_to_credit(user_id, session):
    with write_lock(user_db_path(user_id)), pytest.raises(OperationalError):
        fulfil(session)


def a_while_later():
    UnmatchedPayment.objects.update(decided_at=timezone.now() - timedelta(minutes=2))


def redelivered(session):
    assert fulfil(session) == "applied"


def by_the_worker(session):
    a_while_later()
    decisions.finish_decided()


def by_the_reconciler(session):
    assert [finding.is_repaired for finding in compare(session, dry_run=False)] == [True]


def test_a_credit_that_fails_leaves_the_case_unsettled(user_id, fitting, operator):
    fail_to_credit(user_id, fitting)
    assert UnmatchedPayment.objects.get().state == State.CREDITING
    assert difference_of(fitting) == (user_id, "paid 500 cents, not credited")
    page = operator.get("/admin/").content.decode()
    assert "<b>1</b> payments that fit nothing of ours" in page


@pytest.mark.parametrize("mend", [redelivered, by_the_worker, by_the_reconciler])
def test_whoever_comes_next_credits_it_once(user_id, fitting, mend):
    fail_to_credit(user_id, fitting)
    mend(fitting)
    mend_again = fulfil(fitting)
    assert (mend_again, UnmatchedPayment.objects.get().state) == ("applied", State.CREDITED)
    assert lines_of(user_id) == [(f"topup:{fitting['id']}", 500)]
    assert difference_of(fitting) is None


def test_what_an_earlier_release_called_credited_is_seen_and_credited(user_id, fitting):
    UnmatchedPayment.objects.update(state=State.CREDITED, decided_by="system", decided_for_user_id=user_id)
    by_the_reconciler(fitting)
    assert balance_of(user_id) == 500


def test_from_then_on_no_operator_decides(user_id, fitting, new_user):
    fail_to_credit(user_id, fitting)
    with pytest.raises(AlreadyDecided):
        decisions.credit(session_id=fitting["id"], user_id=new_user(), actor="op", reason="x")


def test_an_operator_who_was_first_is_not_overruled(user_id, fitting, new_user):
    other = new_user()
    decisions.credit(session_id=fitting["id"], user_id=other, actor="op", reason="x")
    assert fulfil(fitting) == "applied"
    assert (balance_of(user_id), balance_of(other)) == (0, 500)


def test_a_case_whose_credit_is_there_is_closed(user_id, fitting):
    fulfil(fitting)
    UnmatchedPayment.objects.update(state=State.OPEN, decided_at=None, decided_by="")
    assert fulfil(fitting) == "applied"
    assert (UnmatchedPayment.objects.get().state, balance_of(user_id)) == (State.CREDITED, 500)


def test_an_operators_credit_that_a_restored_file_lost_comes_back(user_id):
    session = paid(open_topup(user_id)) | {"amount_subtotal": 700, "amount_total": 700}
    fulfil(session)
    pools.pool.close_idle()
    before = user_db_path(user_id).read_bytes()
    decisions.credit(session_id=session["id"], user_id=user_id, actor="op@example.com", reason="theirs")
    pools.pool.close_idle()
    for path in user_db_path(user_id).parent.glob("user.sqlite3-*"):
        path.unlink()
    user_db_path(user_id).write_bytes(before)
    assert balance_of(user_id) == 0
    by_the_reconciler(session)
    with user_db(user_id):
        assert LedgerEntry.objects.get().actor == "op@example.com"
    assert balance_of(user_id) == 700


def test_a_wallet_that_went_away_leaves_the_case_to_an_operator(user_id, fitting):
    facts = {"decided_by": "op", "decided_for_user_id": "f" * 32, "state": State.CREDITING}
    UnmatchedPayment.objects.update(**facts)
    by_the_worker(fitting)
    row = UnmatchedPayment.objects.get()
    assert (row.state, row.last_error) == (State.OPEN, "the wallet it was meant for is no longer there")


def test_a_refund_told_while_ours_is_unanswered_is_not_lost(client, seeded, user_id, fitting, stand_in):
    """Somebody refunds a part in Stripe's dashboard; ours is refused then, and the rest credited."""
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    decisions.give_back(session_id=fitting["id"], actor="op", reason="x")
    deliver(client, event_of("refund.created", refund_of(fitting, 100)))
    UnmatchedPayment.objects.update(state=State.OPEN)  # as a refusal leaves it
    decisions.credit(session_id=fitting["id"], user_id=user_id, actor="op", reason="x")
    assert balance_of(user_id) == 400
    assert InboxEvent.objects.get().outcome == "applied"


# --- An adopted wallet's payment, known by its payment intent only ---------------------------------------------


@pytest.fixture
def erased(user_id):
    """Stripe's session of a payment whose adopted wallet was credited, then erased; its index row says `pi_…`."""
    session = paid(open_topup(user_id)) | {"metadata": {}}
    intent_id = session["payment_intent"]
    PaymentIndex.objects.update(session_id=intent_id, payment_intent_id=intent_id, erased_at=timezone.now())
    PaymentIndex.objects.exclude(session_id=intent_id).delete()
    facts = {"state": State.CREDITED, "decided_by": "system", "decided_for_user_id": user_id}
    UnmatchedPayment.objects.create(
        session_id=intent_id, payment_intent_id=intent_id, facts={}, amount_cents=500, **facts
    )
    return session


def open_case_of_its_own(session):
    """What an earlier release opened when Stripe told the session again."""
    UnmatchedPayment.objects.create(
        session_id=session["id"],
        payment_intent_id=session["payment_intent"],
        amount_cents=500,
        currency="usd",
        why="the user no longer exists",
        facts=session,
    )


def test_what_it_was_credited_is_no_new_case(erased):
    assert fulfil(erased) == "unmatched"
    assert UnmatchedPayment.objects.get().session_id == erased["payment_intent"]
    assert difference_of(erased) is None


def test_its_money_is_not_credited_twice(erased, new_user):
    open_case_of_its_own(erased)
    with pytest.raises(NotCreditable):
        decisions.credit(session_id=erased["id"], user_id=new_user(), actor="op", reason="x")
    fulfil(erased)
    assert set(UnmatchedPayment.objects.values_list("state", flat=True)) == {State.CREDITED}


def test_a_credit_of_it_that_hangs_ends(erased, new_user):
    open_case_of_its_own(erased)
    facts = {"state": State.CREDITING, "decided_by": "op", "decided_for_user_id": new_user()}
    UnmatchedPayment.objects.filter(pk=erased["id"]).update(**facts)
    by_the_worker(erased)
    assert UnmatchedPayment.objects.get(pk=erased["id"]).state == State.OPEN


def test_one_that_was_never_credited_can_be(erased, new_user):
    """The index row has the payment intent's name, the case the session's: one row all the same."""
    UnmatchedPayment.objects.all().delete()
    fulfil(erased)
    user_id = new_user()
    decisions.credit(session_id=erased["id"], user_id=user_id, actor="op", reason="x")
    assert balance_of(user_id) == 500
    assert PaymentIndex.objects.get().user_id == user_id


def test_it_is_not_credited_to_a_second_wallet_while_the_first_has_it(user_id, fitting, new_user):
    fulfil(fitting)
    UnmatchedPayment.objects.update(state=State.OPEN, decided_for_user_id="")
    with pytest.raises(NotCreditable):
        decisions.credit(session_id=fitting["id"], user_id=new_user(), actor="op", reason="x")
