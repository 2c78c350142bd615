"""Asking Stripe about an id that is not here."""

from operators.acts.kind import ActRefused, Ended, Kind, Look
from operators.find import STRIPE_ID
from operators.models import OperatorAct
from reelballers.redaction import redacted
from wallet.payments.sync import ask_about
from wallet.stripe.api import StripeRefused, StripeUnavailable


def _look(act: OperatorAct) -> Look:
    if not STRIPE_ID.fullmatch(act.of):
        raise ActRefused("This is no id of Stripe’s.")
    return Look(notes=("What Stripe knows of it goes through the inbox, as its events would.",))


def _ask(act: OperatorAct) -> Ended:
    try:
        rows = ask_about(act.of)
    except StripeRefused as refused:
        raise ActRefused(f"Stripe says: {redacted(str(refused))}") from None
    except StripeUnavailable as away:
        raise ActRefused(f"Stripe does not answer: {redacted(str(away))}. Nothing was changed.") from None
    if not rows:
        raise ActRefused("Stripe knows it, and no Checkout Session of ours belongs to it.")
    told = ", ".join(f"{row.object_id} {row.get_outcome_display().lower()}" for row in rows)
    return Ended(f"Stripe told: {told}.")


ASK_STRIPE = Kind(
    title="Ask Stripe about an id",
    permission="operators.ask_stripe",
    button=lambda act: "Ask Stripe",
    look=_look,
    do=_ask,
)
