"""Closing a month: its figures are frozen and hashed, and no later month is closed before it."""

import re
from datetime import date

from django.utils import timezone

from operators import months, summaries
from operators.acts.kind import ActRefused, Ended, Kind, Look
from operators.models import ClosedMonth, OperatorAct
from operators.words import dollars


def _first_of(act: OperatorAct) -> date:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", act.of, re.ASCII)
    if found is None:
        raise ActRefused("Name a month as YYYY-MM.")
    return date(int(found[1]), int(found[2]), 1)


def _look(act: OperatorAct) -> Look:
    first = _first_of(act)
    if ClosedMonth.objects.filter(pk=first).exists():
        raise ActRefused("This month is closed already.")
    row = months.month(first)
    if row is None:
        raise ActRefused("Nothing had moved by then.")
    if timezone.now() < months.end_of(first):
        raise ActRefused("This month is not over.")
    earlier = [each.month for each in months.months() if each.month < first]
    left = set(earlier) - set(ClosedMonth.objects.values_list("month", flat=True))
    if left:
        raise ActRefused(f"Close {min(left):%B %Y} first.")
    if unread := summaries.unread_since(months.end_of(first)):
        raise ActRefused(
            f"{unread} wallets have not been read since the month ended. Try again in a few minutes."
        )
    sold = f"Sold {dollars(row.sold)}, given back {dollars(row.given_back)}, bonus {dollars(row.bonus)}."
    ends = f"Earned {dollars(row.earned)}. Owed after it: {dollars(row.after)}."
    return Look(notes=(sold, ends, "The figures are frozen for ever."))


def _close(act: OperatorAct) -> Ended:
    closed = months.close(_first_of(act), closed_by=act.operator)
    return Ended(f"{closed.month:%B %Y} closed, hash {closed.hash[:16]}….")


MONTH_CLOSE = Kind(
    title="Close a month",
    permission="operators.close_months",
    button=lambda act: f"Close {act.of}",
    look=_look,
    do=_close,
)
