"""The only code that moves money: one door for each kind of movement, each inside one user transaction.

Every door asks in the same order: was this `reference` done already (same amount: nothing happens, other amount:
Conflict), may it be done, do it. A line, the balance and the hash chain change together or not at all. Raw SQL
because this is the hot path; the tables' triggers and CHECKs refuse what must not be, whoever asks.
"""

from typing import Any, Literal

from reelballers.user_db import current_user_id, sql
from wallet import lines
from wallet.errors import (
    AlreadyRefunded,
    Conflict,
    InsufficientFunds,
    NoSuchBonus,
    NoSuchDebit,
    RefundTooLarge,
    WalletClosed,
    WalletFrozen,
)
from wallet.lines import Movement


def debit(*, job_id: str, cost_cents: int, actor: str = "visitor", note: str = "") -> Movement:
    """Takes `cost_cents` for a job, once. Repeated, it returns the first answer and takes nothing.

    Raises WalletFrozen, WalletClosed, InsufficientFunds, Conflict (another cost), AlreadyRefunded (given back, wholly
    or in part).
    """
    assert cost_cents > 0, cost_cents
    taken = sql.row("SELECT cost_cents, refunded_cents FROM debits WHERE job_id = ?", job_id)
    if taken is not None:
        if taken[1]:
            raise AlreadyRefunded(job_id=job_id, refunded_cents=taken[1])
        if taken[0] != cost_cents:
            raise Conflict(reference=f"debit:{job_id}", field="cost_cents", first=taken[0], now=cost_cents)
        return lines.done_before(f"debit:{job_id}")
    balance_cents, is_frozen = _open_wallet()
    if is_frozen:
        raise WalletFrozen
    if balance_cents < cost_cents:
        raise InsufficientFunds(balance_cents=balance_cents, required_cents=cost_cents)
    sql.run("INSERT INTO debits (job_id, cost_cents, refunded_cents) VALUES (?, ?, 0)", job_id, cost_cents)
    return _write(
        change_cents=-cost_cents,
        reason="debit",
        reference=f"debit:{job_id}",
        job_id=job_id,
        actor=actor,
        note=note,
    )


def refund_rest(*, job_id: str, actor: str = "system", note: str = "") -> Movement:
    """Returns what is left of a job's cost when the job ends badly, once; no line if nothing is left."""
    reference = f"refund:{job_id}:end"
    if lines.is_written(reference):
        return lines.done_before(reference)
    cost_cents, refunded_cents = _debit_of(job_id)
    rest_cents = cost_cents - refunded_cents
    if rest_cents == 0:
        return Movement(0, _wallet()[0], is_new=False)
    return _refund(job_id, rest_cents, reference, actor, note)


def refund_by_operator(*, job_id: str, amount_cents: int, form_id: str, actor: str, note: str) -> Movement:
    """Returns part or all of a job's cost by an operator's decision; the job goes on.

    Raises NoSuchDebit, RefundTooLarge, Conflict (the same form with another amount).
    """
    assert amount_cents > 0, amount_cents
    reference = f"refund:{job_id}:op:{form_id}"
    if (repeated := lines.repeat(reference, amount_cents)) is not None:
        return repeated
    cost_cents, refunded_cents = _debit_of(job_id)
    if amount_cents > cost_cents - refunded_cents:
        raise RefundTooLarge(job_id=job_id, refundable_cents=cost_cents - refunded_cents)
    return _refund(job_id, amount_cents, reference, actor, note)


def credit_topup(
    *, session_id: str, credits_cents: int, payment_id: str | None, actor: str = "stripe", note: str = ""
) -> Movement:
    """Credits a paid Checkout Session, once."""
    reference = f"topup:{session_id}"
    if (repeated := lines.repeat(reference, credits_cents)) is not None:
        return repeated
    return _write(
        change_cents=credits_cents,
        reason="topup",
        reference=reference,
        stripe_payment_id=payment_id,
        actor=actor,
        note=note,
    )


def give_bonus(*, amount_cents: int, form_id: str, actor: str, note: str) -> Movement:
    """Gives credits by an operator's decision, once a form. Raises WalletClosed."""
    assert amount_cents > 0, amount_cents
    reference = f"bonus:{form_id}"
    if (repeated := lines.repeat(reference, amount_cents)) is not None:
        return repeated
    _open_wallet()
    return _write(change_cents=amount_cents, reason="bonus", reference=reference, actor=actor, note=note)


def take_back_bonus(*, form_id: str, amount_cents: int, actor: str, note: str) -> Movement:
    """Takes back a bonus or a part of it, once, in a closed wallet too; what was spent of it becomes a debt.

    Raises NoSuchBonus, RefundTooLarge, Conflict (taken back before, another amount).
    """
    assert amount_cents > 0, amount_cents
    reference = f"bonus:{form_id}:back"
    if (repeated := lines.repeat(reference, -amount_cents)) is not None:
        return repeated
    given = sql.row("SELECT change_cents FROM ledger WHERE reference = ?", f"bonus:{form_id}")
    if given is None:
        raise NoSuchBonus(form_id=form_id)
    if amount_cents > given[0]:
        raise RefundTooLarge(job_id=reference, refundable_cents=given[0])
    return _write(change_cents=-amount_cents, reason="bonus", reference=reference, actor=actor, note=note)


def settle_reversal(
    *, topup_id: str, number: int, change_cents: int, payment_id: str | None, actor: str, note: str
) -> Movement:
    """The `number`-th correction of a top-up after refunds and disputes: `reversal` takes, `restore` gives back."""
    assert change_cents != 0
    return _write(
        change_cents=change_cents,
        reason="reversal" if change_cents < 0 else "restore",
        reference=f"reversal:{topup_id}:{number}",
        stripe_payment_id=payment_id,
        actor=actor,
        note=note,
    )


def transfer(*, source_id: str, number: int, way: Literal["out", "in"], change_cents: int) -> Movement:
    """One half of what moves from a closed wallet to the account it became part of; see wallet/transfers.py."""
    reference = f"transfer:{source_id}:{number}:{way}"
    if (repeated := lines.repeat(reference, change_cents)) is not None:
        return repeated
    return _write(change_cents=change_cents, reason="transfer", reference=reference, actor="system")


def balance_cents() -> int:
    return _wallet()[0]


def standing() -> tuple[int, bool]:
    """(balance in cents, is frozen) of the current user's wallet."""
    return _wallet()[:2]


def refunded_cents(job_id: str) -> int:
    """What was given back of a job's cost so far; 0 for a job that took nothing."""
    found = sql.row("SELECT refunded_cents FROM debits WHERE job_id = ?", job_id)
    return found[0] if found else 0


def _refund(job_id: str, amount_cents: int, reference: str, actor: str, note: str) -> Movement:
    sql.run("UPDATE debits SET refunded_cents = refunded_cents + ? WHERE job_id = ?", amount_cents, job_id)
    return _write(
        change_cents=amount_cents, reason="refund", reference=reference, job_id=job_id, actor=actor, note=note
    )


def _write(*, change_cents: int, **facts: Any) -> Movement:
    """Appends a line. In a closed wallet nothing stays."""
    movement = lines.append(change_cents=change_cents, **facts)
    if facts["reason"] != "transfer" and _wallet()[2]:
        return Movement(change_cents, send_on().balance_cents, is_new=True)
    return movement


def send_on() -> Movement:
    """Writes the out-line of all that a closed wallet holds, a debt too, in the transaction that put it there."""
    cents, _, target_id = _wallet()
    assert target_id, "only a closed wallet sends on what it has"
    if cents == 0:
        return Movement(0, 0, is_new=False)
    numbers = [
        int(row[0].split(":")[2])
        for row in sql.rows("SELECT reference FROM ledger WHERE reason = 'transfer'")
    ]
    number = max(numbers, default=0) + 1
    return transfer(source_id=current_user_id(), number=number, way="out", change_cents=-cents)


def _wallet() -> tuple[int, bool, str | None]:
    row = sql.row("SELECT balance_cents, is_frozen, closed_into FROM wallet WHERE id = 1")
    assert row is not None, "a user's file has its wallet row from birth"
    return row[0], bool(row[1]), row[2]


def _open_wallet() -> tuple[int, bool]:
    balance_cents, is_frozen, closed_into = _wallet()
    if closed_into:
        raise WalletClosed(target_id=closed_into)
    return balance_cents, is_frozen


def _debit_of(job_id: str) -> tuple[int, int]:
    row = sql.row("SELECT cost_cents, refunded_cents FROM debits WHERE job_id = ?", job_id)
    if row is None:
        raise NoSuchDebit(job_id=job_id)
    return row
