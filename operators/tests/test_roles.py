"""Viewer, support, owner: each may what the table says, and not a step more."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from operators.acts.kinds import KINDS
from operators.acts.limits import DAILY_BONUS_CENTS
from operators.models import OperatorAct
from operators.roles import ROLES, sync
from operators.tests.conftest import act_of, do, draft
from tests.cast.payments import balance_of

pytestmark = pytest.mark.django_db

OF_SUPPORT = {
    *("bonus", "bonus_back", "job_refund", "job_retry", "job_cancel", "event_reapply", "payment_sync"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_role_drafts_nothing(staff: Any, user_id: str, role: str, kind: str) -> None:
    may = role == "owner" or (role == "support" and kind in OF_SUPPORT)
    browser = staff(role)
    codes = {
        draft(browser, user_id, kind, amount_cents=5, of="x").status_code,
        browser.get(f"/admin/wallets/{user_id}/acts", {"kind": kind}).status_code,
    }
    assert (403 not in codes) if may else codes == {403}


def test_a_viewer_reads_everything_and_is_offered_nothing(staff: Any, user_id: str) -> None:
    viewer = staff("viewer")
    page = viewer.get(f"/admin/wallets/{user_id}").content.decode()
    assert "/acts?kind=" not in page
    for address in ("", "log", "find?q=x", "reelballers/walletsummary/", "djstripe/session/"):
        assert viewer.get(f"/admin/{address}").status_code == 200, address
    assert viewer.get("/admin/auth/group/").status_code == 403


def test_support_gives_up_to_the_daily_limit(staff: Any, user_id: str) -> None:
    support = staff("support")
    assert do(support, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS - 10).state == "done"
    over = do(support, user_id, "bonus", amount_cents=11)
    assert (over.state, over.said) == ("refused", "Your limit leaves 10 credits of bonus today.")
    assert do(support, user_id, "bonus", amount_cents=10).state == "done"
    assert balance_of(user_id) == DAILY_BONUS_CENTS
    page = support.get(f"/admin/wallets/{user_id}").content.decode()
    assert "0 credits left for you today" in page


def test_drafts_and_other_peoples_bonuses_do_not_use_the_limit_up(staff: Any, user_id: str) -> None:
    first, second = staff("support"), staff("support", "second@example.com")
    draft(first, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS)
    do(second, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS)
    assert do(first, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS).state == "done"


def test_two_drafts_below_the_limit_do_not_pass_it_together(staff: Any, user_id: str) -> None:
    support = staff("support")
    drafts = [draft(support, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS) for _ in range(2)]
    for answer in drafts:
        support.post(answer["Location"])
    assert sorted(act_of(answer).state for answer in drafts) == ["done", "refused"]
    assert balance_of(user_id) == DAILY_BONUS_CENTS


def test_an_owner_has_no_daily_limit(owner: Client, user_id: str) -> None:
    assert do(owner, user_id, "bonus", amount_cents=DAILY_BONUS_CENTS + 1).state == "done"


def test_the_groups_follow_the_table(db: None) -> None:
    group = Group.objects.get(name="viewer")
    group.permissions.set(Group.objects.get(name="owner").permissions.all())
    sync()
    names = {
        f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")
    }
    assert names == set(ROLES["viewer"])
    assert not any(name.startswith("auth.") for names in ROLES.values() for name in names)


# --- The log ------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_did_what_and_why(owner: Client, operator: Client, user_id: str) -> None:
    do(owner, user_id, "bonus", amount_cents=20, reason="sorry")
    do(operator, user_id, "freeze", reason="=HYPERLINK(1)")
    draft(owner, user_id, "bonus", amount_cents=99)
    page = owner.get("/admin/log").content.decode()
    assert "20 credits given. Because “sorry”." in page
    assert "Wallet frozen." in page
    assert page.count("Because “") == 2
    narrowed = owner.get("/admin/log", {"operator": "op@example.com"}).content.decode().split("<ol")[1]
    assert "Wallet frozen." in narrowed
    assert "20 credits" not in narrowed
    assert "Wallet frozen." not in owner.get("/admin/log", {"kind": "bonus"}).content.decode().split("<ol")[1]


def test_the_log_is_taken_along_as_csv(owner: Client, user_id: str) -> None:
    do(owner, user_id, "bonus", amount_cents=20, reason="\ufeff =HYPERLINK(1)")
    answer = owner.get("/admin/log", {"as": "csv"})
    text = answer.content.decode()
    assert text.startswith("\ufeffconfirmed_at,operator,kind,state")
    assert "owner@example.com,bonus,done" in text
    assert "'\ufeff =HYPERLINK" in text
    assert "attachment" in answer["Content-Disposition"]


def test_a_refused_act_is_in_the_log_as_not_done(owner: Client, user_id: str) -> None:
    answer = draft(owner, user_id, "freeze")
    do(owner, user_id, "freeze")
    owner.post(answer["Location"])
    assert OperatorAct.objects.get(state="refused").said == "This wallet is frozen already."
    assert "Not done" in owner.get("/admin/log", {"state": "refused"}).content.decode()
