"""How much an operator may give away in a day, and who has just done the same."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from operators.acts.kind import ActRefused, State
from operators.models import OperatorAct
from operators.words import credits, dollars
from reelballers.models import User

MAX_BONUS_CENTS = 100_000
DAILY_BONUS_CENTS = 1_000
TWIN_WITHIN = timedelta(hours=24)


def bonus_left_cents(operator: Any, *, but: str = "") -> int:
    """What an operator may still give today (UTC); acts under way count."""
    if operator.has_perm("operators.give_bonus_without_limit"):
        return MAX_BONUS_CENTS
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    given = OperatorAct.objects.filter(
        operator_id=operator.pk,
        kind="bonus",
        state__in=(State.DOING, State.DONE),
        confirmed_at__gte=midnight,
    ).exclude(pk=but)
    return max(0, DAILY_BONUS_CENTS - (given.aggregate(cents=Sum("amount_cents"))["cents"] or 0))


def refuse_above_limit(act: OperatorAct) -> None:
    if act.kind != "bonus":
        return
    left_cents = bonus_left_cents(User.objects.get(pk=act.operator_id), but=act.pk)
    assert act.amount_cents, act
    if act.amount_cents > left_cents:
        raise ActRefused(f"Your limit leaves {credits(left_cents)} of bonus today.")


def twin_of(act: OperatorAct) -> str:
    """In words, if the same was done lately: two operators may be answering the same mail."""
    same = OperatorAct.objects.filter(kind=act.kind, user_id=act.user_id, of=act.of).exclude(pk=act.pk)
    lately = same.filter(state__in=(State.DOING, State.DONE), confirmed_at__gt=timezone.now() - TWIN_WITHIN)
    twin = lately.order_by("-confirmed_at").first()
    if twin is None or twin.confirmed_at is None:
        return ""
    amount = dollars(twin.amount_cents) if twin.amount_cents else "this"
    return f"{twin.operator} did the same at {twin.confirmed_at:%H:%M} UTC: {amount}, “{twin.reason}”."
