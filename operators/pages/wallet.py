"""A wallet: its head, its whole story, and what may be done about each line."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from operators import wallet_facts
from operators.acts.kinds import KINDS
from operators.acts.limits import bonus_left_cents
from operators.pages.page import page, require, wallet_user
from operators.timeline import SHOWN, story, story_with
from reelballers.user_db import has_user_db


def wallet(request: HttpRequest, user_id: str) -> HttpResponse:
    require(request)
    user = wallet_user(user_id)
    if not has_user_db(user.id):
        is_lost = user.wallet_created_at is not None
        said = "has a wallet, but its file is missing: restore it" if is_lost else "has no wallet yet"
        messages.warning(request, f"{user} {said}.")
        return redirect("admin:reelballers_user_changelist")
    at, shown = _moment(request.GET.get("at", "")), request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    mark = request.GET.get("mark", "")
    until = _moment(request.GET.get("until", "")) or at
    facts: dict[str, Any] = {
        "account": user,
        "head": wallet_facts.head(user.id),
        "story": story_with(user.id, mark, shown=shown) if mark else story(user.id, until=until, shown=shown),
        "moment": wallet_facts.balance_at(user.id, at) if at else None,
        "shows": [(name, words, name == shown) for name, words in SHOWN.items()],
        "shown": shown,
        "may": {name for name, kind in KINDS.items() if request.user.has_perm(kind.permission)},
        "bonus_left_cents": bonus_left_cents(request.user),
    }
    if facts["head"].line_count <= wallet_facts.CHAIN_CHECKED_UP_TO or "check" in request.GET:
        facts |= {"is_checked": True, "chain_fault": wallet_facts.chain_fault(user.id)}
    if (older := facts["story"].older) is not None:
        facts["older"] = urlencode({"until": older.isoformat(), **({"show": shown} if shown else {})})
    return page(request, "wallet.html", f"Wallet {user.id[:8]}", facts)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
