"""The sections of the desk, each shown to whom it opens for."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Item:
    name: str
    url: str
    is_here: bool


_SECTIONS = (
    ("Desk", "admin:index", "reelballers.operate_wallets"),
    ("Wallets", "admin:reelballers_walletsummary_changelist", "reelballers.view_walletsummary"),
    ("Payments", "admin:wallet_shared_paymentindex_changelist", "wallet_shared.view_paymentindex"),
    ("Exports", "admin:exports_shared_jobsummary_changelist", "exports_shared.view_jobsummary"),
    ("Stripe events", "admin:wallet_shared_inboxevent_changelist", "wallet_shared.view_inboxevent"),
    ("Log", "admin:log", "reelballers.operate_wallets"),
    ("Months", "admin:months", "reelballers.operate_wallets"),
    ("All rows", "admin:rows", None),
)


def menu(request: HttpRequest) -> list[Item]:
    items = []
    for name, route, permission in _SECTIONS:
        if permission is None or request.user.has_perm(permission):
            url = reverse(route)
            items.append(Item(name, url, is_here=request.path == url))
    return items
