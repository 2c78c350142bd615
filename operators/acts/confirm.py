"""From a draft to its receipt: claimed by one, carried out as often as it takes, ended once."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from operators.acts.kind import ActRefused, Look, State
from operators.acts.kinds import KINDS
from operators.acts.limits import refuse_above_limit
from operators.models import OperatorAct
from reelballers.redaction import redacted

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(seconds=60)
DRAFTS_KEPT = timedelta(days=1)


def confirm(act: OperatorAct, *, shown_after_cents: int | None) -> None:
    """Does it, once: of all who confirm the same draft one goes on, the others find its receipt."""
    if not act.is_draft:
        return
    act.shown_after_cents = shown_after_cents
    try:
        look = KINDS[act.kind].look(act)
        is_ours = _claim(act, look)
    except ActRefused as refused:
        _end(act, State.DRAFT, state=State.REFUSED, said=str(refused), confirmed_at=timezone.now())
        return
    if is_ours:
        carry_out(act)


def carry_out(act: OperatorAct) -> None:
    """Does what was claimed, for the first time or again; what is unknown stays `doing` and the worker comes back."""
    try:
        ended = KINDS[act.kind].do(act)
    except ActRefused as refused:
        _end(act, State.DOING, state=State.REFUSED, said=str(refused), after_cents=act.before_cents)
        return
    except Exception as error:
        logger.exception("act %s (%s)", act.id, act.kind)
        said = redacted(f"{type(error).__name__}: {error}")
        OperatorAct.objects.filter(pk=act.pk, state=State.DOING).update(last_error=said)
        return
    facts: dict[str, Any] = {"said": ended.said, "state": ended.state, "last_error": ""}
    for name in ("before_cents", "after_cents"):
        if getattr(ended, name) is not None:
            facts[name] = getattr(ended, name)
    _end(act, State.DOING, **facts)


def finish_stale() -> None:
    """The worker's part: ends what was confirmed and never ended, and forgets drafts nobody came back to."""
    now = timezone.now()
    hanging = OperatorAct.objects.filter(state=State.DOING, confirmed_at__lt=now - STALE_AFTER)
    for act in hanging.order_by("confirmed_at")[:50]:
        carry_out(act)
    OperatorAct.objects.filter(state=State.DRAFT, created_at__lt=now - DRAFTS_KEPT).delete()


def _claim(act: OperatorAct, look: Look) -> bool:
    """`default` knows that it was asked for before anything happens; the limit is counted in the same transaction."""
    asked = {
        "state": State.DOING,
        "confirmed_at": timezone.now(),
        "how": act.how,
        "shown_after_cents": act.shown_after_cents,
        "before_cents": look.before_cents,
        "after_cents": look.after_cents,
    }
    with transaction.atomic(using="default"):
        refuse_above_limit(act)
        claimed = OperatorAct.objects.filter(pk=act.pk, state=State.DRAFT).update(**asked)
    for name, value in asked.items():
        setattr(act, name, value)
    return bool(claimed)


def _end(act: OperatorAct, expected: OperatorAct.State, **facts: Any) -> None:
    if facts["state"] != State.DOING:
        facts["done_at"] = timezone.now()
    OperatorAct.objects.filter(pk=act.pk, state=expected).update(**facts)
