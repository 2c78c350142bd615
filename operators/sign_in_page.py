"""The page behind a one-time link. Looking (GET, also by a mail program's preview) uses nothing up; the button does."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from operators import sign_in_link
from reelballers.user_db import has_user_db, user_db
from reelballers.visitors import sign_in
from wallet.models import Wallet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        user = sign_in_link.use(token)
        if user is not None:
            sign_in(request, user)
            return redirect(settings.APP_URL)
    else:
        user = sign_in_link.look(token)
    here = request.session.get(SESSION_KEY)
    is_other = user is not None and here not in (None, user.id)
    facts = {
        "is_valid": user is not None,
        "balance_cents": _balance_cents(user.id) if user else 0,
        "left_behind_cents": _balance_cents(str(here)) if is_other else 0,
        "app_url": settings.APP_URL,
    }
    return render(request, "sign_in.html", facts, status=200 if user else 410)


def _balance_cents(user_id: str) -> int:
    if not has_user_db(user_id):
        return 0
    with user_db(user_id):
        return Wallet.objects.get().balance_cents
