"""One box for everything: one hit leads to its wallet, nothing here may be asked of Stripe."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from operators.acts.confirm import confirm
from operators.acts.kinds import KINDS
from operators.find import STRIPE_ID, find
from operators.models import OperatorAct
from operators.pages.page import operator_of, page, require


def find_page(request: HttpRequest) -> HttpResponse:
    require(request)
    text = request.GET.get("q", "").strip()[:255]
    hits = find(text) if text else []
    if len(hits) == 1:
        return redirect(hits[0].url)
    may_ask = STRIPE_ID.fullmatch(text) and request.user.has_perm(KINDS["ask_stripe"].permission)
    return page(request, "find.html", "Find", {"q": text, "hits": hits, "may_ask": may_ask})


@require_POST
def ask_stripe(request: HttpRequest) -> HttpResponse:
    """An act without a draft: it changes what Stripe says, and nothing of its own accord."""
    kind = KINDS["ask_stripe"]
    require(request, kind.permission)
    act = OperatorAct.objects.create(
        kind="ask_stripe",
        operator_id=operator_of(request).pk,
        operator=str(request.user),
        of=request.POST.get("q", "").strip()[:255],
        reason="looked for and not found here",
    )
    confirm(act, shown_after_cents=None)
    act.refresh_from_db()
    hits = find(act.of) if act.state == OperatorAct.State.DONE else []
    return redirect(hits[0].url) if len(hits) == 1 else redirect("admin:act", act.id)
