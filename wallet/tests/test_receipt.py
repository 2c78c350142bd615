"""What was paid, how, and by whom: over HTTP, by mail, and for an operator who knows the payer's address."""

import pytest

from mail import outbox
from mail.models import OutboxLetter
from mail.shared.models import LetterDue
from operators.find import find, wallet_url
from reelballers.models import User
from reelballers.user_db import user_db
from tests.cast.payments import balance_of, refund_of
from wallet import payers
from wallet.models import Topup
from wallet.payments import topups
from wallet.payments.fulfil import fulfil
from wallet.payments.reversals import apply_refund
from wallet.shared.models import PaymentIndex
from wallet.stripe import api as stripe_api

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def buy(sandbox):
    """`buy(user_id)` pays 500 at the sandbox, as Anna@Example.com, and fulfils; answers the paid session."""

    def buy(user_id, **fields):
        topup = topups.start_topup(user_id=user_id, amount_cents=500)
        sandbox.pay(topup.session_id, email="Anna@Example.com", **fields)
        session = stripe_api.retrieve_session(topup.session_id)
        fulfil(session)
        return session

    return buy


@pytest.fixture
def account(user_id):
    User.objects.filter(pk=user_id).update(email="anna@example.com", is_guest=False)
    return user_id


def due_now():
    from django.utils import timezone

    LetterDue.objects.update(next_attempt_at=timezone.now())
    return outbox.send_due()


def test_a_receipt_says_dollars_card_and_where_stripes_is(buy, user_id, visitor):
    session = buy(user_id)
    receipt = visitor.get(f"/api/topup/{session['id']}/receipt").json()
    assert (receipt["amount_paid_cents"], receipt["currency"], receipt["method"]) == (
        500,
        "usd",
        "Visa ···· 4242",
    )
    assert "receipt_url" in receipt


def test_nobody_elses_and_nothing_unpaid_has_a_receipt(buy, user_id, new_user, visit, client):
    session = buy(user_id)
    unpaid = topups.start_topup(user_id=user_id, amount_cents=500)
    assert visit(new_user()).get(f"/api/topup/{session['id']}/receipt").status_code == 404
    assert client.get(f"/api/topup/{session['id']}/receipt").status_code == 404
    assert visit(user_id).get(f"/api/topup/{unpaid.session_id}/receipt").status_code == 404


def test_without_stripe_a_receipt_waits(buy, user_id, visitor, sandbox):
    session = buy(user_id)
    sandbox.control("faults", status=500)
    answer = visitor.get(f"/api/topup/{session['id']}/receipt")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_the_payers_address_is_kept_with_the_payment_and_never_in_the_index(buy, user_id):
    buy(user_id)
    with user_db(user_id):
        assert Topup.objects.get().payer_email == "anna@example.com"
    row = PaymentIndex.objects.values().get()
    assert "anna@example.com" not in [str(value) for value in row.values()]
    assert row["payer_hmac"] == payers.hmac_of("ANNA@example.com")


def test_an_operator_finds_a_guest_by_the_payers_whole_address(buy, user_id):
    buy(user_id)
    assert [hit.url for hit in find(" Anna@EXAMPLE.com ")] == [wallet_url(user_id)]
    assert find("anna@example") == []


def test_reindex_writes_the_hmacs_of_a_new_key(buy, user_id, settings):
    from reelballers.user_db import reindex

    buy(user_id)
    settings.SECRET_KEY = "another key " * 4
    assert find("anna@example.com") == []
    reindex.write_missing(reindex.claims_of(user_id))
    assert [hit.url for hit in find("anna@example.com")] == [wallet_url(user_id)]


def test_the_payers_address_is_suggested_to_the_owner_only(buy, user_id, visitor, new_user, visit):
    buy(user_id)
    assert visitor.get("/api/account").json()["payer_email"] == "anna@example.com"
    assert visit(new_user()).get("/api/account").json()["payer_email"] is None


def test_an_account_gets_a_receipt_by_mail_once(buy, account, mailbox):
    session = buy(account)
    fulfil(session)
    due_now()
    (mail,) = mailbox.look("mails")
    assert mail["to"] == ["anna@example.com"]
    assert "Paid: $5.00" in mail["text"]
    assert "With: Visa ···· 4242" in mail["text"]
    assert (due_now(), LetterDue.objects.count(), len(mailbox.look("mails"))) == (0, 0, 1)


def test_a_guest_is_not_mailed_by_the_payers_address(buy, user_id, mailbox):
    buy(user_id)
    assert (due_now(), LetterDue.objects.count(), mailbox.look("mails")) == (0, 0, [])


def test_a_refund_is_told_with_the_balance_after_it(buy, account, mailbox):
    session = buy(account)
    due_now()
    intent = stripe_api.id_of(session["payment_intent"])
    apply_refund(PaymentIndex.objects.get(), refund_of({"payment_intent": intent}, 200))
    due_now()
    mail = mailbox.look("mails")[0]
    assert mail["subject"] == "Credits taken back"
    assert "took 200 credits" in mail["text"]
    assert "300 credits" in mail["text"]
    assert balance_of(account) == 300


def test_mail_that_is_away_costs_no_credit_and_no_letter(buy, account, mailbox):
    mailbox.control("faults", path="/emails", status=500)
    buy(account)
    assert (due_now(), balance_of(account), LetterDue.objects.count()) == (0, 500, 1)
    mailbox.control("faults/reset")
    assert (due_now(), len(mailbox.look("mails"))) == (1, 1)


def test_reindex_finds_letters_that_wait(buy, account):
    from reelballers.user_db import reindex

    buy(account)
    LetterDue.objects.all().delete()
    reindex.write_missing(reindex.claims_of(account))
    with user_db(account):
        assert LetterDue.objects.get().id == OutboxLetter.objects.get().id
