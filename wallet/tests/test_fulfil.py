"""A paid session becomes credits once, whoever sees it first and however often."""

import pytest

from reelballers.user_db import UserDatabaseMissing, user_db, user_db_path, user_transaction
from tests.cast.payments import balance_of, lines_of, new_id, open_topup, paid, session_of
from wallet.models import LedgerEntry, Topup
from wallet.payments.fulfil import fulfil
from wallet.shared.models import PaymentIndex, UnmatchedPayment

ABSENT = "f" * 32


def test_it_credits_once(user_id):
    session = paid(open_topup(user_id))
    assert [fulfil(session), fulfil(session), fulfil(session)] == ["applied"] * 3
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_it_leaves_other_users_alone(user_id, new_user):
    other = new_user()
    fulfil(paid(open_topup(user_id)))
    assert balance_of(other) == 0


def test_an_unpaid_session_credits_nothing(user_id):
    session = open_topup(user_id)
    fulfil({**session, "status": "complete"})
    with user_db(user_id):
        assert Topup.objects.get().status == "processing"
    assert balance_of(user_id) == 0


def test_paid_is_for_ever(user_id):
    session = open_topup(user_id)
    fulfil(paid(session))
    fulfil({**session, "status": "expired"})
    fulfil({**session, "status": "complete"}, failed=True)
    with user_db(user_id):
        assert Topup.objects.get().status == "paid"


def test_a_failed_payment_may_still_be_paid_later(user_id):
    session = open_topup(user_id)
    fulfil({**session, "status": "complete"}, failed=True)
    fulfil(paid(session))
    assert balance_of(user_id) == 500


def test_tax_on_top_does_not_refuse_a_paid_session(user_id):
    session = paid(open_topup(user_id))
    assert fulfil({**session, "amount_total": 540}) == "applied"
    assert balance_of(user_id) == 500


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_subtotal": 5_000},
        {"amount_subtotal": "500"},
        {"currency": "eur"},
        {"mode": "subscription"},
        {"livemode": True},
        {"metadata": {"user_id": ABSENT, "credits": "500"}},
        {"metadata": {}},
        {"amount_total": 0},
        {"amount_total": "500"},
        {"amount_total": True},
        {"amount_total": None},
    ],
)
def test_a_paid_session_that_does_not_fit_is_kept_for_an_operator(user_id, changed):
    session = paid(open_topup(user_id)) | changed
    assert fulfil(session) == fulfil(session) == "unmatched"
    assert UnmatchedPayment.objects.get().session_id == session["id"]
    assert balance_of(user_id) == 0


def test_metadata_alone_mints_nothing(user_id):
    session = paid(session_of(user_id, "madeup", new_id("cs_test"), 999))
    assert fulfil(session) == "unmatched"
    assert balance_of(user_id) == 0


@pytest.mark.parametrize("metadata", [{}, None, {"user_id": "u"}, {"credits": "5"}, {"order": "17"}])
def test_other_peoples_payments_are_foreign(user_id, metadata):
    session = paid(session_of(user_id, "x", new_id("cs_test"), 500)) | {"metadata": metadata}
    assert fulfil(session) == "foreign"
    assert not UnmatchedPayment.objects.exists()


@pytest.mark.parametrize("claimed", [ABSENT, "../../etc/passwd", "u1", "x" * 500])
def test_a_user_that_never_was_is_kept_for_an_operator(db, claimed):
    assert fulfil(paid(session_of(claimed, "x", new_id("cs_test"), 500))) == "unmatched"
    assert UnmatchedPayment.objects.get().why == "the user no longer exists"


def test_an_erased_user_is_kept_for_an_operator(user_id):
    session = paid(open_topup(user_id))
    PaymentIndex.objects.update(erased_at="2026-01-01T00:00:00Z")
    assert fulfil(session) == "unmatched"
    assert balance_of(user_id) == 0


def test_a_registered_users_missing_file_is_a_failure(user_id):
    session = paid(open_topup(user_id))
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))
    with pytest.raises(UserDatabaseMissing):
        fulfil(session)
    assert not UnmatchedPayment.objects.exists()


def test_it_finds_its_row_when_stripes_first_answer_was_lost(user_id):
    session = open_topup(user_id)
    PaymentIndex.objects.all().delete()
    with user_transaction(user_id):
        Topup.objects.update(session_id=None, status="created")
    assert fulfil(paid(session)) == "applied"
    assert balance_of(user_id) == 500


def test_it_credits_though_the_index_was_restored_older(user_id):
    session = open_topup(user_id)
    PaymentIndex.objects.all().delete()
    fulfil(paid(session))
    assert PaymentIndex.objects.get().user_id == user_id


def test_it_credits_though_the_users_file_was_restored_older(user_id):
    session = open_topup(user_id)
    with user_transaction(user_id):
        Topup.objects.all().delete()
    assert fulfil(paid(session)) == "applied"
    assert fulfil(paid(session)) == "applied"
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_an_adopted_payment_is_not_credited_again(user_id):
    """An old file's purchase knows its payment intent only; Stripe's session of it may still come by."""
    session = paid(session_of(user_id, "x", new_id("cs_test"), 500))
    with user_transaction(user_id):
        Topup.objects.create(
            id="old",
            status="paid",
            credits=500,
            livemode=False,
            payment_intent_id=session["payment_intent"],
            paid_cents=500,
            paid_at="2026-01-01T00:00:00Z",
            created_at="2026-01-01T00:00:00Z",
        )
    assert fulfil(session) == "applied"
    with user_db(user_id):
        assert not LedgerEntry.objects.exists()


def test_an_adopted_session_learns_its_payment_intent(user_id):
    """Then its refund finds the wallet, and an operator can refund it."""
    session = paid(open_topup(user_id))
    with user_transaction(user_id):
        Topup.objects.update(status="paid", paid_cents=500, paid_at="2026-01-01T00:00:00Z")
    fulfil(session)
    with user_db(user_id):
        assert Topup.objects.get().payment_intent_id == session["payment_intent"]
        assert not LedgerEntry.objects.exists()
