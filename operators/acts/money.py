"""Bonuses and their take-back, and credits of a job."""

from collections.abc import Callable

from exports.models import ExportJob
from operators.acts.kind import (
    VISITOR_READS,
    ActRefused,
    Ended,
    Kind,
    Look,
    balance_cents,
    guard,
    refuse_closed,
)
from operators.models import OperatorAct
from operators.words import credits, number
from reelballers.user_db import user_db
from wallet import ledger, lines
from wallet.errors import Conflict, NoSuchBonus, NoSuchDebit, RefundTooLarge, WalletClosed
from wallet.models import Debit, LedgerEntry
from wallet.moving import moving


def _amount(act: OperatorAct) -> int:
    assert act.amount_cents, act
    return act.amount_cents


def _moves(act: OperatorAct, change_cents: int, *notes: str, warnings: tuple[str, ...] = ()) -> Look:
    before_cents = balance_cents(act.user_id)
    return Look(before_cents, before_cents + change_cents, notes, warnings)


def _move(act: OperatorAct, change_cents: int, write: Callable[[], lines.Movement], said: str) -> Ended:
    """Writes the line in one transaction with the second look at what the operator agreed to."""
    with moving(act.user_id):
        before_cents = balance_cents(act.user_id)
        done = write()
        if done.is_new:
            guard(act, before_cents + change_cents)
    if not done.is_new:
        return Ended(said)
    return Ended(said, before_cents=before_cents, after_cents=before_cents + change_cents)


# --- Bonus ------------------------------------------------------------------------------------------------------


def _look_bonus(act: OperatorAct) -> Look:
    refuse_closed(act.user_id)
    return _moves(act, _amount(act))


def _give(act: OperatorAct) -> Ended:
    def write() -> lines.Movement:
        return ledger.give_bonus(
            amount_cents=_amount(act), form_id=act.id, actor=act.operator, note=act.reason
        )

    try:
        return _move(act, _amount(act), write, f"{credits(_amount(act))} given.")
    except WalletClosed as closed:
        raise ActRefused(f"This wallet became part of the account {closed.target_id}: do it there.") from None


BONUS = Kind(
    title="Give a bonus",
    permission="operators.give_bonus",
    button=lambda act: f"Give {credits(_amount(act))}",
    look=_look_bonus,
    do=_give,
    who_reads=VISITOR_READS,
    amount_label="Credits to give",
)


def _bonus_line(act: OperatorAct) -> LedgerEntry:
    """`of` is the bonus: its form, its reference or its line's number. Inside the wallet's context."""
    name = act.of.removeprefix("bonus:")
    found = LedgerEntry.objects.filter(reason="bonus", change_cents__gt=0)
    line = found.filter(reference=f"bonus:{name}").first()
    if line is None and name.removeprefix("#").isdecimal():
        line = found.filter(pk=int(name.removeprefix("#"))).first()
    if line is None:
        raise ActRefused("This wallet was given no such bonus.")
    return line


def _look_bonus_back(act: OperatorAct) -> Look:
    with user_db(act.user_id):
        line = _bonus_line(act)
        back = LedgerEntry.objects.filter(reference=f"{line.reference}:back").first()
    if back is not None:
        raise ActRefused(
            f"{credits(-back.change_cents)} of this bonus were taken back before, by {back.actor}."
        )
    if _amount(act) > line.change_cents:
        raise ActRefused(f"The bonus was {credits(line.change_cents)}: no more can be taken back.")
    given = (
        f"{credits(line.change_cents)} were given by {line.actor} on {line.created_at:%-d %b %Y, %H:%M} UTC."
    )
    return _moves(act, -_amount(act), given, "A bonus is taken back once, wholly or in part.")


def _take_back(act: OperatorAct) -> Ended:
    def write() -> lines.Movement:
        form_id = _bonus_line(act).reference.removeprefix("bonus:")
        return ledger.take_back_bonus(
            form_id=form_id, amount_cents=_amount(act), actor=act.operator, note=act.reason
        )

    try:
        return _move(act, -_amount(act), write, f"{credits(_amount(act))} of a bonus taken back.")
    except NoSuchBonus:
        raise ActRefused("This wallet was given no such bonus.") from None
    except RefundTooLarge as error:
        raise ActRefused(
            f"The bonus was {credits(error.refundable_cents)}: no more can be taken back."
        ) from None
    except Conflict as error:
        raise ActRefused(f"This bonus was taken back before: {error.first} credits.") from None


def _offer_bonus(act: OperatorAct) -> int:
    with user_db(act.user_id):
        return _bonus_line(act).change_cents


BONUS_BACK = Kind(
    title="Take back a bonus",
    permission="operators.give_bonus",
    button=lambda act: f"Take back {credits(_amount(act))}",
    look=_look_bonus_back,
    do=_take_back,
    who_reads=VISITOR_READS,
    amount_label="Credits to take back",
    offered_cents=_offer_bonus,
)


# --- Credits of a job -------------------------------------------------------------------------------------------


def _debit(act: OperatorAct) -> Debit:
    debit = Debit.objects.filter(pk=act.of).first()
    if debit is None:
        raise ActRefused("This wallet has no debit of that job.")
    return debit


def _look_job(act: OperatorAct) -> Look:
    with user_db(act.user_id):
        debit = _debit(act)
        job = ExportJob.objects.filter(pk=act.of).first()
    left_cents = debit.cost_cents - debit.refunded_cents
    if _amount(act) > left_cents:
        raise ActRefused(f"At most {credits(left_cents)} of this job can still be returned.")
    took = f"The job took {credits(debit.cost_cents)}; {number(debit.refunded_cents)} went back before."
    is_open = job is not None and job.is_open
    runs_on = "The job has not ended, and returning its credits does not end it: cancel it instead."
    return _moves(act, _amount(act), took, warnings=(runs_on,) if is_open else ())


def _return(act: OperatorAct) -> Ended:
    def write() -> lines.Movement:
        return ledger.refund_by_operator(
            job_id=act.of, amount_cents=_amount(act), form_id=act.id, actor=act.operator, note=act.reason
        )

    try:
        return _move(act, _amount(act), write, f"{credits(_amount(act))} of job {act.of} returned.")
    except NoSuchDebit:
        raise ActRefused("This wallet has no debit of that job.") from None
    except RefundTooLarge as error:
        raise ActRefused(
            f"At most {credits(error.refundable_cents)} of this job can still be returned."
        ) from None


def _offer_job(act: OperatorAct) -> int:
    with user_db(act.user_id):
        debit = _debit(act)
        return debit.cost_cents - debit.refunded_cents


JOB_REFUND = Kind(
    title="Return credits of a job",
    permission="operators.refund_jobs",
    button=lambda act: f"Return {credits(_amount(act))}",
    look=_look_job,
    do=_return,
    who_reads=VISITOR_READS,
    amount_label="Credits to return",
    offered_cents=_offer_job,
)
