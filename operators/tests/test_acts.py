"""Every act is drafted, shown, confirmed once, and read again at the same address."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from operators.acts import confirm
from operators.models import OperatorAct
from operators.tests.conftest import act_of, do, draft
from reelballers.models import SignInLink, User
from reelballers.user_db import user_db, user_transaction
from tests.cast.payments import balance_of, give, lines_of
from wallet import ledger, lines
from wallet.models import LedgerEntry, Wallet

pytestmark = pytest.mark.django_db


def spend(user_id: str, cents: int, job_id: str = "job-1") -> None:
    with user_transaction(user_id):
        ledger.debit(job_id=job_id, cost_cents=cents)


def test_a_draft_moves_nothing_and_shows_before_and_after(owner: Client, user_id: str) -> None:
    give(user_id, 30)
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    page = owner.get(answer["Location"]).content.decode()
    assert "<b>30</b>" in page
    assert "<b>50</b>" in page
    assert "Give 20 credits" in page
    assert balance_of(user_id) == 30


def test_confirming_does_it_and_the_same_address_is_the_receipt(owner: Client, user_id: str) -> None:
    act = do(owner, user_id, "bonus", amount_cents=20)
    with user_db(user_id):
        line = LedgerEntry.objects.get()
    assert (line.reference, line.change_cents) == (f"bonus:{act.id}", 20)
    assert (line.actor, line.note) == ("owner@example.com", "asked nicely")
    receipt = owner.get(f"/admin/acts/{act.id}")
    assert "no-store" in receipt["Cache-Control"]
    page = receipt.content.decode()
    assert "20 credits given." in page
    assert '<form method="post">' not in page.split('id="content-start"')[1]
    assert (act.before_cents, act.after_cents, act.state) == (0, 20, "done")


def test_confirming_again_writes_nothing(owner: Client, user_id: str) -> None:
    act = do(owner, user_id, "bonus", amount_cents=20)
    for _ in range(2):
        assert owner.post(f"/admin/acts/{act.id}").status_code == 302
    assert lines_of(user_id) == [(f"bonus:{act.id}", 20)]


def test_looking_at_a_draft_or_a_form_does_nothing(owner: Client, user_id: str) -> None:
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    for _ in range(2):
        owner.get(answer["Location"])
        owner.get(f"/admin/wallets/{user_id}/acts", {"kind": "bonus", "amount_cents": 5, "reason": "x"})
    assert balance_of(user_id) == 0
    assert OperatorAct.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "many", "100001", "", "９e9"])
def test_a_senseless_amount_is_refused(owner: Client, user_id: str, amount: str) -> None:
    assert draft(owner, user_id, "bonus", amount_cents=amount).status_code == 400
    assert not OperatorAct.objects.exists()


def test_a_reason_is_needed(owner: Client, user_id: str) -> None:
    assert draft(owner, user_id, "bonus", amount_cents=5, reason=" ").status_code == 400


def test_an_unknown_kind_or_wallet_is_not_found(owner: Client, user_id: str) -> None:
    assert draft(owner, user_id, "mint", amount_cents=5).status_code == 404
    assert draft(owner, "f" * 32, "bonus", amount_cents=5).status_code == 404
    assert owner.get("/admin/acts/" + "f" * 32).status_code == 404


def test_a_draft_is_confirmed_by_its_author_only(owner: Client, operator: Client, user_id: str) -> None:
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    assert operator.get(answer["Location"]).status_code == 200
    assert operator.post(answer["Location"]).status_code == 403
    assert balance_of(user_id) == 0


def test_who_lost_the_right_meanwhile_confirms_nothing(owner: Client, user_id: str) -> None:
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    User.objects.get(email="owner@example.com").groups.clear()
    assert owner.post(answer["Location"]).status_code == 403
    assert balance_of(user_id) == 0


def test_the_second_operator_is_told_of_the_first(owner: Client, operator: Client, user_id: str) -> None:
    do(owner, user_id, "bonus", amount_cents=20)
    page = operator.get(draft(operator, user_id, "bonus", amount_cents=20)["Location"]).content.decode()
    assert "owner@example.com did the same" in page


@pytest.mark.django_db(transaction=True)
def test_eight_who_confirm_at_once_write_one_line(staff: Any, new_user: Any) -> None:
    user_id = new_user()
    owner = staff("owner")
    address = draft(owner, user_id, "bonus", amount_cents=20)["Location"]
    barrier = threading.Barrier(8)
    codes = []

    def press() -> None:
        browser = Client()
        browser.cookies = owner.cookies
        barrier.wait()
        codes.append(browser.post(address).status_code)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302] * 8
    assert balance_of(user_id) == 20
    assert len(lines_of(user_id)) == 1
    assert OperatorAct.objects.get().state == "done"


# --- What changed since the page was shown ------------------------------------------------------------------------


def test_a_take_back_that_became_a_debt_meanwhile_is_refused(owner: Client, user_id: str) -> None:
    act = do(owner, user_id, "bonus", amount_cents=100)
    answer = draft(owner, user_id, "bonus_back", of=act.id, amount_cents=100)
    spend(user_id, 60)
    owner.post(answer["Location"])
    refused = act_of(answer)
    assert (refused.state, balance_of(user_id)) == ("refused", 40)
    assert "it would become −60 credits, not 0" in refused.said


def test_the_page_that_was_looked_at_counts_not_the_draft(owner: Client, user_id: str) -> None:
    """Drafted at 100, looked at again as a debt: that debt was agreed to."""
    act = do(owner, user_id, "bonus", amount_cents=100)
    answer = draft(owner, user_id, "bonus_back", of=act.id, amount_cents=100)
    spend(user_id, 60)
    page = owner.get(answer["Location"]).content.decode()
    assert "debt of −60" in page
    assert 'name="shown_after_cents" value="-60"' in page
    owner.post(answer["Location"], {"shown_after_cents": "-60"})
    assert balance_of(user_id) == -60


# --- Each kind ----------------------------------------------------------------------------------------------------


def test_a_bonus_is_taken_back_once_and_in_part(owner: Client, user_id: str) -> None:
    act = do(owner, user_id, "bonus", amount_cents=100)
    do(owner, user_id, "bonus_back", of=act.id, amount_cents=30)
    assert lines_of(user_id) == [(f"bonus:{act.id}", 100), (f"bonus:{act.id}:back", -30)]
    again = draft(owner, user_id, "bonus_back", of=act.id, amount_cents=70)
    assert "30 credits of this bonus were taken back before" in again.content.decode()


def test_no_more_of_a_bonus_is_taken_back_than_was_given(owner: Client, user_id: str) -> None:
    act = do(owner, user_id, "bonus", amount_cents=100)
    page = draft(owner, user_id, "bonus_back", of=act.id, amount_cents=101).content.decode()
    assert "The bonus was 100 credits" in page
    page = draft(owner, user_id, "bonus_back", of="f" * 32, amount_cents=1).content.decode()
    assert "no such bonus" in page


def test_part_of_a_jobs_cost_is_returned_and_never_more(owner: Client, user_id: str) -> None:
    give(user_id, 10)
    spend(user_id, 8)
    form = owner.get(f"/admin/wallets/{user_id}/acts", {"kind": "job_refund", "of": "job-1"})
    assert 'name="amount_cents" value="8"' in form.content.decode()
    act = do(owner, user_id, "job_refund", of="job-1", amount_cents=3)
    assert lines_of(user_id)[-1] == (f"refund:job-1:op:{act.id}", 3)
    page = draft(owner, user_id, "job_refund", of="job-1", amount_cents=6).content.decode()
    assert "At most 5 credits of this job" in page
    page = draft(owner, user_id, "job_refund", of="job-2", amount_cents=1).content.decode()
    assert "no debit of that job" in page


def test_two_drafts_of_the_same_rest_return_it_once(owner: Client, user_id: str) -> None:
    give(user_id, 10)
    spend(user_id, 8)
    drafts = [draft(owner, user_id, "job_refund", of="job-1", amount_cents=8) for _ in range(2)]
    for answer in drafts:
        owner.post(answer["Location"])
    assert [act_of(answer).state for answer in drafts] == ["done", "refused"]
    assert balance_of(user_id) == 10


def test_a_wallet_is_frozen_and_unfrozen(owner: Client, user_id: str) -> None:
    do(owner, user_id, "freeze")
    with user_db(user_id):
        assert Wallet.objects.get().is_frozen
    assert "frozen already" in draft(owner, user_id, "freeze").content.decode()
    do(owner, user_id, "unfreeze")
    with user_db(user_id):
        assert not Wallet.objects.get().is_frozen


def test_a_link_is_shown_to_who_made_it_while_it_works(owner: Client, operator: Client, user_id: str) -> None:
    act = do(owner, user_id, "link")
    page = owner.get(f"/admin/acts/{act.id}").content.decode()
    assert "/sign-in/" in page
    assert "/sign-in/" not in operator.get(f"/admin/acts/{act.id}").content.decode()
    assert "/sign-in/" not in owner.get("/admin/log").content.decode()
    SignInLink.objects.update(used_at=timezone.now())
    assert "/sign-in/" not in owner.get(f"/admin/acts/{act.id}").content.decode()
    assert SignInLink.objects.count() == 1


def test_no_link_lets_anybody_in_as_staff(owner: Client, user_id: str) -> None:
    User.objects.filter(pk=user_id).update(is_staff=True)
    assert "signs in by password" in draft(owner, user_id, "link").content.decode()


# --- Cut short ----------------------------------------------------------------------------------------------------


def cut_short(act: OperatorAct) -> None:
    """As a kill between the claim and the end leaves it."""
    then = timezone.now() - timedelta(minutes=2)
    facts = {"state": "doing", "confirmed_at": then, "done_at": None, "said": ""}
    OperatorAct.objects.filter(pk=act.pk).update(**facts)


@pytest.mark.parametrize("was_written", [True, False])
def test_the_worker_ends_what_was_cut_short_once(owner: Client, user_id: str, was_written: bool) -> None:
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    act = act_of(answer)
    if was_written:
        owner.post(answer["Location"])
    cut_short(act)
    confirm.finish_stale()
    confirm.finish_stale()
    assert lines_of(user_id) == [(f"bonus:{act.id}", 20)]
    act.refresh_from_db()
    assert (act.state, act.said) == ("done", "20 credits given.")


def test_what_a_debt_would_refuse_now_was_done_before_and_stays_done(owner: Client, user_id: str) -> None:
    bonus = do(owner, user_id, "bonus", amount_cents=100)
    act = do(owner, user_id, "bonus_back", of=bonus.id, amount_cents=100)
    cut_short(act)
    confirm.finish_stale()
    act.refresh_from_db()
    assert (act.state, balance_of(user_id)) == ("done", 0)


def test_a_fault_leaves_it_under_way_and_says_what(owner: Client, user_id: str, monkeypatch: Any) -> None:
    answer = draft(owner, user_id, "bonus", amount_cents=20)
    with monkeypatch.context() as broken:
        broken.setattr(lines, "now_text", lambda: 1 / 0)
        owner.post(answer["Location"])
    act = act_of(answer)
    assert (act.state, balance_of(user_id)) == ("doing", 0)
    assert "ZeroDivisionError" in owner.get(answer["Location"]).content.decode()
    cut_short(act)
    confirm.finish_stale()
    assert (act_of(answer).state, balance_of(user_id)) == ("done", 20)


def test_drafts_nobody_came_back_to_are_forgotten(owner: Client, user_id: str) -> None:
    draft(owner, user_id, "bonus", amount_cents=20)
    done = do(owner, user_id, "bonus", amount_cents=20)
    OperatorAct.objects.update(created_at=timezone.now() - timedelta(days=2))
    confirm.finish_stale()
    assert list(OperatorAct.objects.values_list("pk", flat=True)) == [done.pk]


def test_no_operator_sees_a_link_to_an_account(owner: Client, user_id: str) -> None:
    """Its owner signs in by the address; a link shown here would let an operator in."""
    User.objects.filter(pk=user_id).update(is_guest=False, email="fan@example.com")
    page = draft(owner, user_id, "link").content.decode()
    assert "is kept by fan@example.com" in page
    assert not SignInLink.objects.exists()
