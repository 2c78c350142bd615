"""A paid session that fits nothing: who paid, why it does not fit, whose it may be, and the two ways out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from operators.acts.kinds import KINDS
from operators.acts.unmatched import payer_of
from operators.find import find
from operators.pages.page import page, require, wallet_user
from reelballers.redaction import redacted
from reelballers.user_db import has_user_db
from reelballers.user_db.paths import is_user_id
from wallet.shared.models import UnmatchedPayment


def unmatched_page(request: HttpRequest, session_id: str) -> HttpResponse:
    require(request)
    case = get_object_or_404(UnmatchedPayment, pk=session_id)
    payer, claimed = payer_of(case), case.claimed_user_id
    facts: dict[str, Any] = {
        "payment": case,
        "payer": payer,
        "why": redacted(case.why),
        "last_error": redacted(case.last_error),
        "claimed": claimed if is_user_id(claimed) and has_user_db(claimed) else "",
        "same_payer": [hit for hit in find(payer) if hit.what != "Unmatched payment"] if payer else [],
        "may_settle": request.user.has_perm(KINDS["unmatched_settle"].permission),
    }
    return page(request, "unmatched.html", "Paid, and fits nothing", facts)


def credit_another(request: HttpRequest, session_id: str) -> HttpResponse:
    """From a typed user id to the draft in that wallet."""
    require(request, KINDS["unmatched_settle"].permission)
    user = wallet_user(request.GET.get("to", "").strip())
    asked = urlencode({"kind": "unmatched_settle", "of": session_id, "how": "credit"})
    return redirect(f"{reverse('admin:draft', args=[user.pk])}?{asked}")
