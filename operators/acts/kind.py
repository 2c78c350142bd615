"""What every kind of act has: who may, what it would do, doing it."""

from collections.abc import Callable
from dataclasses import dataclass

from operators.models import OperatorAct
from operators.words import credits
from reelballers.user_db import user_db
from wallet import ledger
from wallet.models import Wallet

State = OperatorAct.State

VISITOR_READS = "The visitor reads it in their history."
OPERATORS_READ = "Only operators read it, in their log."


class ActRefused(Exception):
    """It may not be done, with the words for the operator."""


@dataclass(frozen=True)
class Look:
    """What an act would do now. Without an amount after: what Stripe or the queue says is not known before."""

    before_cents: int | None = None
    after_cents: int | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """What came of an act. `doing`: it waits for an answer, and the worker looks again."""

    said: str
    state: OperatorAct.State = State.DONE
    before_cents: int | None = None
    after_cents: int | None = None


@dataclass(frozen=True)
class Kind:
    """`look` and `do` raise ActRefused; doing it again writes nothing. `offers` is the most that an amount may be."""

    title: str
    permission: str
    button: Callable[[OperatorAct], str]
    look: Callable[[OperatorAct], Look]
    do: Callable[[OperatorAct], Ended]
    who_reads: str = OPERATORS_READ
    amount_label: str = ""
    offered_cents: Callable[[OperatorAct], int] | None = None


def guard(act: OperatorAct, after_cents: int) -> None:
    """Inside the transaction: refuses what got worse since it was shown and is a debt now."""
    shown_cents = act.shown_after_cents or 0
    if after_cents < min(0, shown_cents):
        raise ActRefused(
            f"The balance changed since this was shown: it would become {credits(after_cents)}, "
            f"not {credits(shown_cents)}. Nothing was done."
        )


def balance_cents(user_id: str) -> int:
    """The balance an act is about: a closed wallet's money is in the account it became part of."""
    with user_db(user_id):
        target_id = Wallet.objects.get().closed_into
        if target_id is None:
            return ledger.balance_cents()
    with user_db(target_id):
        return ledger.balance_cents()


def refuse_closed(user_id: str) -> None:
    with user_db(user_id):
        target_id = Wallet.objects.get().closed_into
    if target_id is not None:
        raise ActRefused(f"This wallet became part of the account {target_id}: do it there.")
