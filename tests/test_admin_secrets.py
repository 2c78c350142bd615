"""Every page of the admin, as every role: no key, no signing secret, nobody's payment secret."""

import html
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from operators import roles
from reelballers.models import User
from tests.cast.payments import open_topup, paid
from wallet.payments.fulfil import fulfil
from wallet.stripe import seed as stripe_seed

pytestmark = pytest.mark.django_db

MAX_PAGES = 400
PLANTED = (
    f"AuthenticationError: sk_live_{'a' * 24} {'rk_live_' + 'b' * 24} whsec_{'c' * 24} pi_1_secret_{'d' * 24}"
)
PAYLOAD = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 500,
    "currency": "usd",
    "type": "charge",
    "client_secret": f"pi_1_secret_{'d' * 24}",
    "failure_message": PLANTED,
    "metadata": {"note": PLANTED},
    "charge": {"id": "ch_1", "client_secret": PLANTED},
}
SECRET = re.compile(r"\b(?:sk|rk|whsec)_\w|\w_secret_\w|\bpbkdf2_|\bmd5\$")

ROLES = {
    "superuser": Permission.objects.all(),
    "views everything": Permission.objects.filter(codename__startswith="view_"),
    "operates wallets": Permission.objects.filter(codename__in=["operate_wallets", "view_user"]),
    "manages people": Permission.objects.filter(content_type__app_label__in=["reelballers", "auth"]),
    "may do everything": Permission.objects.all(),
    "has no rights": Permission.objects.none(),
}


@pytest.fixture(autouse=True)
def _a_row_of_everything(user_id: str) -> None:
    stripe_seed.seed()
    fulfil(paid(open_topup(user_id)))
    for model in admin.site._registry:
        if not model._default_manager.exists():
            model._default_manager.create(**{f.attname: _value(f, user_id) for f in _needed(model)})


def _needed(model: type[models.Model]) -> list[models.Field]:
    """What must be given, and whatever can hold what others wrote."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField)
        or field.name == "exception"
        or not (field.null or field.blank or field.has_default())
    ]


def _value(field: models.Field, user_id: str) -> Any:
    if isinstance(field, models.JSONField):
        return PAYLOAD | {"status": "one that Stripe added since"}
    if field.name == "exception":
        return PLANTED[:60]
    if isinstance(field, models.TextField):
        return PLANTED
    if field.attname == "user_id":
        return user_id
    if isinstance(field, models.GenericIPAddressField):
        return "127.0.0.1"
    if isinstance(
        field, models.CharField | models.ForeignKey
    ):  # dj-stripe's point at the rows made before them
        return "x1"
    return timezone.now() if isinstance(field, models.DateTimeField) else 1


def _staff(role: str) -> Client:
    user = User.objects.create_user(
        "staff@example.com", "a long enough secret", is_staff=True, is_guest=False
    )
    if role == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    else:
        user.user_permissions.set(ROLES[role])
    return _signed_in(user)


def _signed_in(user: User) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    return browser


def _addresses_of_models() -> set[str]:
    found = set()
    for model in admin.site._registry:
        name, row = f"admin:{model._meta.app_label}_{model._meta.model_name}", model._default_manager.first()
        found |= {
            reverse(f"{name}_changelist"),
            reverse(f"{name}_changelist") + "?q=x1",
            reverse(f"{name}_add"),
        }
        found |= {reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")}
    return found


def _crawl(browser: Client) -> dict[str, int]:
    """Every page reached by links from the first one and from each model's own. Address → status."""
    seen: dict[str, int] = {}
    waiting = ["/admin/", *sorted(_addresses_of_models())]
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.pop(0)
        if address in seen or not address.startswith("/admin/") or "logout" in address:
            continue
        answer = browser.get(address)
        seen[address] = answer.status_code
        page = html.unescape(answer.content.decode(errors="replace"))
        _assert_no_secret(page, address)
        waiting += [_plain(urljoin(address, link)) for link in re.findall(r'href="([^"#]+)"', page)]
    return seen


def _plain(address: str) -> str:
    """Django's own pages end with a slash: filtered and sorted in all the ways there are, a list is one list."""
    path = urlsplit(address).path
    return path if path.endswith("/") else address


def _assert_no_secret(page: str, address: str) -> None:
    found = SECRET.search(page)
    assert found is None, f"{address}: …{page[max(0, found.start() - 200) : found.start() + 20]}…"
    ours = [settings.SECRET_KEY, settings.STRIPE_SECRET_KEY, *settings.STRIPE_WEBHOOK_SECRETS]
    for secret in [*ours, *settings.CALLBACK_SECRETS]:
        assert secret not in page, address


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_secret(role: str) -> None:
    seen = _crawl(_staff(role))
    assert len(seen) < MAX_PAGES
    assert not {address: status for address, status in seen.items() if status >= 500}
    if role != "has no rights":
        assert list(seen.values()).count(200) > 5


@pytest.mark.parametrize("role", roles.ROLES)
def test_no_role_sees_a_secret(role: str) -> None:
    user = User.objects.create_user("staff@example.com", is_staff=True, is_guest=False)
    user.groups.add(Group.objects.get(name=role))
    assert list(_crawl(_signed_in(user)).values()).count(200) > 20


def test_a_superuser_sees_each_row_of_each_model() -> None:
    """The crawl above proves something only where pages are shown."""
    browser = _staff("superuser")
    for model in admin.site._registry:
        row = model._default_manager.first()
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        assert browser.get(address).status_code == 200, address


def test_the_pages_of_stripes_objects_are_ours() -> None:
    shown = [model for model in admin.site._registry if model._meta.app_label == "djstripe"]
    assert len(shown) == 9
    classes = {each for model in shown for each in type(admin.site._registry[model]).__mro__}
    assert not [each for each in classes if each.__module__.startswith("djstripe.")]
    assert apps.get_model("djstripe", "APIKey") not in shown
