"""A closed wallet is empty at every commit, and what leaves it arrives once."""

import pytest
from django.db import DatabaseError

from reelballers.user_db import look, user_connection, user_db, user_transaction
from tests.cast.payments import balance_of, give, lines_of
from wallet import ledger, transfers
from wallet.audit import wallet_faults
from wallet.errors import Conflict, NoSuchBonus, RefundTooLarge, WalletClosed, WalletFrozen, WalletInDebt
from wallet.models import Wallet


@pytest.fixture
def account(new_user):
    user_id = new_user()
    give(user_id, 300)
    return user_id


@pytest.fixture
def guest(user_id):
    give(user_id, 500, "first")
    return user_id


def merge(guest, account):
    transfers.close_into(source_id=guest, target_id=account)
    return transfers.deliver(guest)


def reverse(user_id, cents, number=1):
    with user_transaction(user_id):
        return ledger.settle_reversal(
            topup_id="t", number=number, change_cents=cents, payment_id=None, actor="stripe", note=""
        )


def test_all_of_it_arrives_once(guest, account):
    assert (merge(guest, account), merge(guest, account)) == (1, 0)
    assert (balance_of(guest), balance_of(account)) == (0, 800)
    assert lines_of(guest)[-1] == (f"transfer:{guest}:1:out", -500)
    assert lines_of(account)[-1] == (f"transfer:{guest}:1:in", 500)


def test_an_empty_wallet_closes_without_a_line(new_user, account):
    empty = new_user()
    assert merge(empty, account) == 0
    assert lines_of(empty) == []


def test_it_closes_into_one_account_only(guest, account, new_user):
    merge(guest, account)
    with pytest.raises(Conflict):
        transfers.close_into(source_id=guest, target_id=new_user())


def test_a_frozen_wallet_and_one_in_debt_stay_open(guest, account):
    with user_transaction(guest):
        Wallet.objects.update(is_frozen=True)
    with pytest.raises(WalletFrozen):
        merge(guest, account)
    with user_transaction(guest):
        Wallet.objects.update(is_frozen=False)
    reverse(guest, -501)
    with pytest.raises(WalletInDebt):
        merge(guest, account)
    assert (balance_of(guest), balance_of(account)) == (-1, 300)


def test_a_late_refund_of_a_payment_is_taken_from_the_account(guest, account):
    merge(guest, account)
    assert reverse(guest, -900).balance_cents == 0
    assert balance_of(guest) == 0
    transfers.deliver(guest)
    assert balance_of(account) == -100


def test_a_late_payment_arrives_in_the_account(guest, account):
    merge(guest, account)
    with user_transaction(guest):
        ledger.credit_topup(session_id="cs_late", credits_cents=200, payment_id="pi")
    transfers.deliver(guest)
    assert (balance_of(guest), balance_of(account)) == (0, 1000)


def test_a_job_refunded_late_pays_the_account(guest, account):
    with user_transaction(guest):
        ledger.debit(job_id="j", cost_cents=30)
    merge(guest, account)
    with user_transaction(guest):
        ledger.refund_rest(job_id="j")
    transfers.deliver(guest)
    assert (balance_of(guest), balance_of(account)) == (0, 800)


def test_a_closed_wallet_spends_nothing_and_gets_no_bonus(guest, account):
    merge(guest, account)
    with pytest.raises(WalletClosed), user_transaction(guest):
        ledger.debit(job_id="j", cost_cents=30)
    with pytest.raises(WalletClosed):
        give(guest, 5)


def test_a_bonus_is_taken_back_once_and_no_more_than_it_gave(guest):
    def take(cents, form_id="first"):
        with user_transaction(guest):
            return ledger.take_back_bonus(form_id=form_id, amount_cents=cents, actor="op", note="")

    with pytest.raises(RefundTooLarge):
        take(501)
    with pytest.raises(NoSuchBonus):
        take(1, "never")
    assert (take(200).balance_cents, take(200).is_new, balance_of(guest)) == (300, False, 300)
    with pytest.raises(Conflict):
        take(201)


def test_a_bonus_is_taken_back_in_a_closed_wallet_too(guest, account):
    merge(guest, account)
    with user_transaction(guest):
        ledger.take_back_bonus(form_id="first", amount_cents=500, actor="op", note="")
    transfers.deliver(guest)
    assert (balance_of(guest), balance_of(account)) == (0, 300)


OUT_OF_PLACE = (
    "INSERT INTO ledger (change_cents, reason, created_at, balance_after_cents, reference, actor, note, hash) "
    "VALUES (5, '{reason}', '2026-01-01', 5, '{reference}', 'x', '', 'h')"
)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wallet SET closed_into = NULL",
        "UPDATE wallet SET closed_into = 'someone else'",
        OUT_OF_PLACE.format(reason="bonus", reference="new"),
        OUT_OF_PLACE.format(reason="debit", reference="new"),
        OUT_OF_PLACE.format(reason="transfer", reference="transfer:x:1:in"),
        # What nobody sends on cannot be committed: the release before knows no closed wallets.
        OUT_OF_PLACE.format(reason="restore", reference="new"),
    ],
)
def test_the_database_keeps_a_closed_wallet_closed_and_empty(guest, account, sql):
    merge(guest, account)
    before = lines_of(guest)
    with pytest.raises(DatabaseError), user_transaction(guest), user_connection().cursor() as cursor:
        cursor.execute(sql)
    assert lines_of(guest) == before
    with user_db(guest):
        assert Wallet.objects.get().closed_into == account


def test_the_audit_finds_nothing(guest, account):
    merge(guest, account)
    with user_transaction(guest):
        ledger.take_back_bonus(form_id="first", amount_cents=400, actor="op", note="")
    transfers.deliver(guest)
    for user_id in (guest, account):
        with look(user_id) as db:
            assert list(wallet_faults(db)) == []
