"""Viewer, support, owner: what each may do. The one table; `sync` writes it into Django's groups after each migrate.

Nobody is given rights over groups, and only superusers give roles to people. `createsuperuser` is the emergency door.
"""

from typing import Any

from django.apps import apps

LIMITED = ("operators.give_bonus", "operators.refund_jobs", "operators.repair_payments")
UNLIMITED = (
    *("operators.give_bonus_without_limit", "operators.refund_payments", "operators.guard_wallets"),
    *("operators.ask_stripe", "operators.close_months"),
)
LOOK = ("reelballers.operate_wallets", "reelballers.view_user", "operators.view_operatoract")
PEOPLE = ("reelballers.add_user", "reelballers.change_user", "reelballers.view_signinlink")
VIEWED = {
    "reelballers": ("walletsummary", "heartbeat"),
    "wallet_shared": ("paymentindex", "inboxevent", "unmatchedpayment", "openrefund", "reconcileprogress"),
    "exports_shared": ("openjob", "jobsummary"),
    "djstripe": (
        *("account", "balancetransaction", "charge", "dispute", "event", "paymentintent", "refund"),
        *("session", "webhookeventtrigger"),
    ),
}
_VIEWS = tuple(f"{app}.view_{model}" for app, models in VIEWED.items() for model in models)

ROLES: dict[str, tuple[str, ...]] = {
    "viewer": (*LOOK, *_VIEWS),
    "support": (*LOOK, *_VIEWS, *LIMITED),
    "owner": (*LOOK, *_VIEWS, *LIMITED, *UNLIMITED, *PEOPLE),
}


def sync(**_signal: Any) -> None:
    """Brings the groups to the table. After the last app's migrations: before them permissions are missing."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for app in {name.partition(".")[0] for names in ROLES.values() for name in names}:
        create_permissions(apps.get_app_config(app), verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in names])
