"""Each door of the ledger: works, repeats safely, refuses, leaves other users alone."""

import pytest

from reelballers.user_db import user_connection, user_db, user_transaction
from tests.cast.payments import balance_of, give, lines_of
from wallet import ledger, lines
from wallet.errors import (
    AlreadyRefunded,
    Conflict,
    InsufficientFunds,
    NoSuchDebit,
    RefundTooLarge,
    WalletFrozen,
)
from wallet.models import LedgerEntry, Wallet


def within(user_id, door, **facts):
    with user_transaction(user_id):
        return door(**facts)


def debit(user_id, job_id="j1", cost_cents=30):
    return within(user_id, ledger.debit, job_id=job_id, cost_cents=cost_cents)


def refund_some(user_id, amount_cents, form_id="f1", job_id="j1"):
    facts = {"amount_cents": amount_cents, "form_id": form_id, "actor": "op", "note": ""}
    return within(user_id, ledger.refund_by_operator, job_id=job_id, **facts)


@pytest.fixture
def rich(user_id, new_user):
    """A wallet with 100, beside another that must not move."""
    other = new_user()
    give(user_id, 100, "first")
    yield user_id
    assert balance_of(other) == 0


def test_a_debit_takes_once(rich):
    first, again = debit(rich), debit(rich)
    assert (first.balance_cents, first.is_new, again.balance_cents, again.is_new) == (70, True, 70, False)
    assert balance_of(rich) == 70


def test_a_debit_repeated_later_gets_its_first_answer(rich):
    debit(rich)
    debit(rich, "j2", 50)
    assert debit(rich).balance_cents == 70


def test_a_debit_of_another_cost_is_a_conflict(rich):
    debit(rich)
    with pytest.raises(Conflict):
        debit(rich, cost_cents=31)


@pytest.mark.parametrize("cost_cents", [101, 10**9])
def test_a_debit_never_overspends(rich, cost_cents):
    with pytest.raises(InsufficientFunds) as caught:
        debit(rich, cost_cents=cost_cents)
    assert caught.value.shortfall_cents == cost_cents - 100
    assert balance_of(rich) == 100


def test_the_last_cent_can_be_spent(rich):
    assert debit(rich, cost_cents=100).balance_cents == 0


def test_a_frozen_wallet_spends_nothing(rich):
    with user_transaction(rich):
        Wallet.objects.update(is_frozen=True)
    with pytest.raises(WalletFrozen):
        debit(rich)
    give(rich, 5)
    assert balance_of(rich) == 105


def test_a_job_that_ends_badly_returns_its_cost_once(rich):
    debit(rich)
    assert within(rich, ledger.refund_rest, job_id="j1").balance_cents == 100
    assert not within(rich, ledger.refund_rest, job_id="j1").is_new
    assert balance_of(rich) == 100


def test_the_rest_after_an_operators_refund_is_what_is_left(rich):
    debit(rich)
    refund_some(rich, 10)
    assert within(rich, ledger.refund_rest, job_id="j1").change_cents == 20


def test_no_line_when_nothing_is_left(rich):
    debit(rich)
    refund_some(rich, 30)
    assert within(rich, ledger.refund_rest, job_id="j1").change_cents == 0
    assert len(lines_of(rich)) == 3


def test_a_refunded_job_cannot_run_free(rich):
    debit(rich)
    refund_some(rich, 1)
    with pytest.raises(AlreadyRefunded):
        debit(rich)


def test_an_operators_refund_repeats_safely(rich):
    debit(rich)
    assert refund_some(rich, 10).is_new
    assert not refund_some(rich, 10).is_new
    with pytest.raises(Conflict):
        refund_some(rich, 11)
    assert balance_of(rich) == 80


def test_no_more_is_returned_than_was_taken(rich):
    debit(rich)
    refund_some(rich, 20)
    with pytest.raises(RefundTooLarge) as caught:
        refund_some(rich, 11, form_id="f2")
    assert caught.value.refundable_cents == 10


def test_an_unknown_job_returns_nothing(rich):
    with pytest.raises(NoSuchDebit):
        refund_some(rich, 1, job_id="never")
    with pytest.raises(NoSuchDebit):
        within(rich, ledger.refund_rest, job_id="never")


def test_a_topup_is_credited_once_a_session(rich):
    facts = {"session_id": "cs_1", "payment_id": "pi_1"}
    assert within(rich, ledger.credit_topup, credits_cents=500, **facts).balance_cents == 600
    assert not within(rich, ledger.credit_topup, credits_cents=500, **facts).is_new
    with pytest.raises(Conflict):
        within(rich, ledger.credit_topup, credits_cents=501, **facts)


def test_a_bonus_is_given_once_a_form(rich):
    give(rich, 5, "f9")
    give(rich, 5, "f9")
    with pytest.raises(Conflict):
        give(rich, 6, "f9")
    assert balance_of(rich) == 105


def test_a_reversal_may_leave_a_debt_and_the_next_payment_pays_it(rich):
    facts = {"topup_id": "t", "payment_id": None, "actor": "stripe", "note": ""}
    within(rich, ledger.settle_reversal, number=1, change_cents=-150, **facts)
    with user_db(rich):
        assert Wallet.objects.get().debt_cents == 50
    with pytest.raises(InsufficientFunds) as caught:
        debit(rich)
    assert (caught.value.balance_cents, caught.value.shortfall_cents) == (-50, 80)
    give(rich, 60)
    assert balance_of(rich) == 10


def test_money_moves_inside_a_transaction_only(rich):
    with user_db(rich), pytest.raises(RuntimeError, match="inside a user transaction"):
        ledger.give_bonus(amount_cents=1, form_id="x", actor="op", note="")


def test_what_fails_leaves_nothing_behind(rich):
    def debit_and_fail():
        ledger.debit(job_id="j1", cost_cents=30)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        within(rich, debit_and_fail)
    assert balance_of(rich) == 100


def test_every_line_carries_the_hash_of_all_before(rich):
    debit(rich)
    previous = lines.GENESIS_HASH
    with user_db(rich):
        for line in LedgerEntry.objects.order_by("id").values():
            stored = line | {
                "created_at": line["created_at"].replace(tzinfo=None).isoformat(" ", "microseconds")
            }
            previous = lines.line_hash(previous, stored)
            assert line["hash"] == previous


def test_a_hundred_threads_spend_what_there_is(rich):
    import threading

    taken = []

    def spend(number):
        try:
            debit(rich, f"j{number}", 10)
            taken.append(number)
        except InsufficientFunds:
            pass

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), balance_of(rich)) == (10, 0)


# --- What the database itself refuses, whoever asks -------------------------------------------------------------

LINE = (
    "INSERT INTO ledger (change_cents, reason, created_at, balance_after_cents, reference, actor, note, hash) "
    "VALUES ({change}, '{reason}', '2026-01-01', {after}, '{reference}', 'x', '', 'h')"
)
REPLACED = LINE.replace("INSERT", "INSERT OR REPLACE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger SET note = 'x'",
        "UPDATE ledger SET change_cents = 1000",
        "DELETE FROM ledger",
        "DELETE FROM wallet",
        "UPDATE wallet SET balance_cents = 1000",
        "INSERT INTO wallet (id, balance_cents, is_frozen) VALUES (2, 5, 0)",
        "UPDATE debits SET cost_cents = 1",
        "UPDATE debits SET refunded_cents = 31",
        "UPDATE debits SET refunded_cents = -1",
        "DELETE FROM debits",
        "INSERT INTO debits (job_id, cost_cents, refunded_cents) VALUES ('j1', 5, 0)",
        "INSERT INTO debits (job_id, cost_cents, refunded_cents) VALUES ('j2', 0, 0)",
        LINE.format(change=5, reason="bonus", after=70, reference="new"),
        LINE.format(change=0, reason="bonus", after=70, reference="new"),
        LINE.format(change=5, reason="gift", after=75, reference="new"),
        LINE.format(change=-5, reason="bonus", after=65, reference="new"),
        LINE.format(change=5, reason="debit", after=75, reference="new"),
        LINE.format(change=-71, reason="debit", after=-1, reference="new"),
        LINE.format(change=5, reason="bonus", after=75, reference="debit:j1"),
        REPLACED.format(change=5, reason="bonus", after=75, reference="debit:j1"),
        REPLACED.format(change=5, reason="bonus", after=75, reference="new")
        .replace("(change", "(id, change")
        .replace("(5", "(2, 5"),
        "INSERT OR REPLACE INTO wallet (id, balance_cents, is_frozen) VALUES (1, 5, 0)",
        "INSERT OR REPLACE INTO debits (job_id, cost_cents, refunded_cents) VALUES ('j1', 30, 0)",
        LINE.format(change=5, reason="transfer", after=75, reference="transfer:s:1:out"),
        LINE.format(change=5, reason="transfer", after=75, reference="new"),
        LINE.format(change=-5, reason="bonus", after=65, reference="bonus:never:back"),
        LINE.format(change=-101, reason="bonus", after=-31, reference="bonus:first:back"),
        "UPDATE wallet SET closed_into = 'someone'",
        "UPDATE topups SET taken_cents = 501",
        "UPDATE topups SET status = 'paid'",
    ],
)
def test_the_database_refuses(rich, sql):
    from django.db import DatabaseError

    from tests.cast.payments import open_topup

    open_topup(rich)
    debit(rich)
    with pytest.raises(DatabaseError), user_transaction(rich), user_connection().cursor() as cursor:
        cursor.execute(sql)
    assert balance_of(rich) == 70
