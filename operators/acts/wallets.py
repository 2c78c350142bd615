"""Freezing, unfreezing, and letting a browser in."""

from operators import sign_in_link
from operators.acts.kind import ActRefused, Ended, Kind, Look, State, balance_cents, refuse_closed
from operators.models import OperatorAct
from reelballers.models import User
from reelballers.user_db import user_db, user_transaction
from wallet.models import Wallet


def _look_frozen(act: OperatorAct, *, frozen: bool) -> Look:
    refuse_closed(act.user_id)
    with user_db(act.user_id):
        is_frozen = Wallet.objects.get().is_frozen
    if is_frozen is frozen:
        raise ActRefused("This wallet is frozen already." if frozen else "This wallet is not frozen.")
    cents = balance_cents(act.user_id)
    note = (
        "Spending and buying are refused until it is unfrozen. What was paid is still credited."
        if frozen
        else "The visitor can spend and buy again."
    )
    return Look(cents, cents, (note,))


def _set_frozen(act: OperatorAct, *, frozen: bool) -> Ended:
    with user_transaction(act.user_id):
        Wallet.objects.update(is_frozen=frozen)
    return Ended("Wallet frozen." if frozen else "Wallet unfrozen.")


FREEZE = Kind(
    title="Freeze the wallet",
    permission="operators.guard_wallets",
    button=lambda act: "Freeze the wallet",
    look=lambda act: _look_frozen(act, frozen=True),
    do=lambda act: _set_frozen(act, frozen=True),
)
UNFREEZE = Kind(
    title="Unfreeze the wallet",
    permission="operators.guard_wallets",
    button=lambda act: "Unfreeze the wallet",
    look=lambda act: _look_frozen(act, frozen=False),
    do=lambda act: _set_frozen(act, frozen=False),
)


def _look_link(act: OperatorAct) -> Look:
    refuse_closed(act.user_id)
    user = User.objects.get(pk=act.user_id)
    if user.is_staff or user.is_superuser:
        raise ActRefused("A member of staff signs in by password.")
    if not user.is_guest:
        raise ActRefused(f"This wallet is kept by {user.email}: its owner signs in with a code sent there.")
    cents = balance_cents(act.user_id)
    opens = f"Whoever opens it within {sign_in_link.VALID_HOURS} hours has this wallet. It works once."
    warns = "Its page says so first when that browser would leave another wallet with credits behind."
    return Look(cents, cents, (opens, warns))


def _issue(act: OperatorAct) -> Ended:
    try:
        link_of(act)
    except sign_in_link.NotForStaff:
        raise ActRefused("A member of staff signs in by password.") from None
    return Ended("One-time link made.")


def link_of(act: OperatorAct) -> str:
    """The link's address, which is kept nowhere: the act makes it again, and no second link."""
    return sign_in_link.issue(user_id=act.user_id, operator=act.operator, reason=act.reason, form_id=act.id)


def unused_link_of(act: OperatorAct) -> str:
    """The address as long as it lets somebody in, else nothing."""
    works = act.state == State.DONE and sign_in_link.still_works(user_id=act.user_id, form_id=act.id)
    return link_of(act) if works else ""


LINK = Kind(
    title="Let a browser in",
    permission="operators.guard_wallets",
    button=lambda act: "Make a one-time link",
    look=_look_link,
    do=_issue,
)
