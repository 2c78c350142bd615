"""What staff may do to people: never raise themselves, never touch those above; closing a user ends their sessions."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from reelballers.models import Session, User

pytestmark = pytest.mark.django_db(transaction=True)

RAISED = {"email": "staff@example.com", "is_active": "on", "is_staff": "on", "is_superuser": "on"}


@pytest.fixture
def owner() -> User:
    return User.objects.create_superuser("owner@example.com", "the owner's own secret")


@pytest.fixture
def staff() -> User:
    """May change everything about people, says the permission table."""
    user = User.objects.create_user("staff@example.com", "their own secret", is_staff=True, is_guest=False)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["reelballers", "auth"]))
    return user


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def page_of(user: User, page: str = "change") -> str:
    return f"/admin/reelballers/user/{user.pk}/{page}/"


def test_staff_cannot_make_themselves_owners(staff: User) -> None:
    assert browser_of(staff).post(page_of(staff), RAISED).status_code == 403
    staff.refresh_from_db()
    assert not staff.is_superuser


def test_staff_cannot_give_rights_to_a_visitor(staff: User, user_id: str) -> None:
    visitor = User.objects.get(pk=user_id)
    group = Group.objects.create(name="all")
    everything = {"groups": [group.pk], "user_permissions": [Permission.objects.first().pk]}
    browser_of(staff).post(page_of(visitor), RAISED | everything | {"email": "fan@example.com"})
    visitor.refresh_from_db()
    assert visitor.email == "fan@example.com"
    assert (visitor.is_staff, visitor.is_superuser) == (False, False)
    assert (visitor.groups.count(), visitor.user_permissions.count()) == (0, 0)


@pytest.mark.parametrize("whose", ["owner", "staff", "visitor"])
def test_staff_set_nobodys_password(staff: User, owner: User, user_id: str, whose: str) -> None:
    user = {"owner": owner, "staff": staff, "visitor": User.objects.get(pk=user_id)}[whose]
    before = User.objects.get(pk=user.pk).password
    browser = browser_of(staff)
    assert browser.get(page_of(user, "password")).status_code == 403
    new = {"password1": "a brand new secret", "password2": "a brand new secret"}
    assert browser.post(page_of(user, "password"), new).status_code == 403
    assert User.objects.get(pk=user.pk).password == before


def test_staff_only_look_at_an_owner(staff: User, owner: User) -> None:
    browser = browser_of(staff)
    assert browser.get(page_of(owner)).status_code == 200
    assert browser.post(page_of(owner), {"email": "mine@example.com"}).status_code == 403
    owner.refresh_from_db()
    assert (owner.email, owner.is_active) == ("owner@example.com", True)


def test_staff_cannot_give_rights_to_their_group(staff: User) -> None:
    group = Group.objects.create(name="a group")
    staff.groups.add(group)
    browser = browser_of(staff)
    facts = {"name": "support", "permissions": [Permission.objects.first().pk]}
    assert browser.post(f"/admin/auth/group/{group.pk}/change/", facts).status_code == 403
    assert browser.post("/admin/auth/group/add/", facts | {"name": "x"}).status_code == 403
    assert group.permissions.count() == 0
    assert not Group.objects.filter(name="x").exists()


def test_an_owner_gives_rights(owner: User, staff: User) -> None:
    assert browser_of(owner).post(page_of(staff), RAISED).status_code == 302
    staff.refresh_from_db()
    assert staff.is_superuser
    new = {"password1": "a brand new secret", "password2": "a brand new secret", "usable_password": "true"}
    assert browser_of(owner).post(page_of(staff, "password"), new).status_code == 302
    staff.refresh_from_db()
    assert staff.check_password("a brand new secret")


def test_unticking_active_ends_the_visitors_sessions_and_nobody_elses(
    staff: User, user_id: str, new_user: Callable[[], str]
) -> None:
    visitor, other = User.objects.get(pk=user_id), browser_of(User.objects.get(pk=new_user()))
    phone, laptop = browser_of(visitor), browser_of(visitor)
    operator = browser_of(staff)
    assert operator.post(page_of(visitor), {"email": ""}).status_code == 302
    assert [each.get("/api/me").status_code for each in (phone, laptop, other)] == [401, 401, 200]
    assert Session.objects.count() == 2
    User.objects.filter(pk=user_id).update(is_active=True)
    assert phone.get("/api/me").status_code == 401


def test_unticking_active_kills_the_link_that_was_sent(staff: User, user_id: str) -> None:
    from operators import sign_in_link

    link = sign_in_link.issue(user_id=user_id, operator="op", reason="lost", form_id="f" * 32)
    browser_of(staff).post(page_of(User.objects.get(pk=user_id)), {"email": ""})
    browser = Client()
    assert browser.post(link.removeprefix("http://localhost:8000")).status_code == 410
    assert browser.get("/api/me").status_code == 401
