"""Two wallets become one: once, whatever is clicked twice, killed at whatever commit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import merge
from accounts.errors import MergeRefused
from accounts.tests.killed import killed_after
from accounts.tests.lives import Life, work_off
from operators.user_files import closed_copies
from operators.user_files.audit import audit_user
from reelballers.models import User
from reelballers.user_db import user_db, user_transaction
from tests.cast.payments import balance_of, give, lines_of
from wallet import ledger
from wallet.lines import Movement
from wallet.models import Wallet
from wallet.moving import moving
from wallet.shared.models import Merge, TransferDue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(new_user):
    user_id = new_user()
    User.objects.filter(pk=user_id).update(email="anna@example.com", is_guest=False)
    give(user_id, 300)
    return user_id


@pytest.fixture
def guest(new_user):
    user_id = new_user()
    give(user_id, 500)
    return user_id


@pytest.fixture
def phone(guest, account, visit, enter):
    """The guest's browser, signed in to the account: the guest's wallet is left aside."""
    browser = visit(guest)
    assert enter(browser)["left_wallet"]["balance_cents"] == 500
    return browser


def set_wallet(user_id, **facts):
    with user_transaction(user_id):
        Wallet.objects.update(**facts)


def take(user_id, cents):
    facts = {"topup_id": "t", "number": 1, "payment_id": None, "actor": "stripe", "note": ""}
    with moving(user_id):
        ledger.settle_reversal(change_cents=-cents, **facts)


def test_five_hundred_and_three_hundred_are_eight_hundred_once(phone, guest, account):
    assert phone.get("/api/account/merge").json() == {
        "left_wallet": {"balance_cents": 500, "clips": 0, "open_jobs": 0},
        "balance_cents": 300,
        "is_declined": False,
    }
    cookie = phone.cookies["left-session"].value
    first = phone.post("/api/account/merge")
    phone.cookies["left-session"] = cookie  # another tab, clicked at the same moment
    second = phone.post("/api/account/merge")
    assert (first.json(), second.json()) == ({"balance_cents": 800}, {"balance_cents": 800})
    assert (balance_of(guest), balance_of(account)) == (0, 800)
    assert audit_user(guest) == ([], 2)


def test_nothing_is_left_to_add_afterwards(phone):
    phone.post("/api/account/merge")
    answer = phone.post("/api/account/merge")
    assert (answer.status_code, phone.get("/api/account/merge").json()["left_wallet"]) == (409, None)


def test_the_guests_browser_is_nobody_after_signing_out(phone, guest, visit):
    elsewhere = visit(guest)
    phone.post("/api/account/merge")
    phone.post("/api/account/sign-out")
    assert phone.get("/api/me").status_code == 401
    assert elsewhere.get("/api/me").status_code == 401


def test_declining_only_stops_the_asking(phone, guest):
    assert phone.post("/api/account/merge/decline").status_code == 204
    assert phone.get("/api/account/merge").json()["is_declined"]
    phone.post("/api/account/sign-out")
    assert phone.get("/api/wallet").json()["balance_cents"] == 500


def test_a_proof_older_than_ten_minutes_is_not_enough(phone, guest):
    from reelballers.sessions import PROVED_AT

    session = phone.session
    session[PROVED_AT] -= 601
    session.save()
    answer = phone.post("/api/account/merge")
    assert (answer.status_code, answer.json()) == (403, {"detail": {"error": "Confirm it is you"}})
    assert balance_of(guest) == 500


def test_nobody_merges(client):
    assert client.post("/api/account/merge").status_code == 401


@pytest.mark.parametrize("frozen", ["guest", "account"])
def test_a_frozen_wallet_is_not_merged(phone, guest, account, frozen):
    set_wallet({"guest": guest, "account": account}[frozen], is_frozen=True)
    answer = phone.post("/api/account/merge")
    assert (answer.status_code, Merge.objects.count()) == (409, 0)
    assert "on hold" in answer.json()["detail"]


def test_a_guest_in_debt_is_not_merged(phone, guest):
    take(guest, 501)
    assert phone.post("/api/account/merge").status_code == 409


def test_staff_takes_in_nothing(guest):
    staff = User.objects.create_superuser("op@example.com", "a long enough secret")
    with pytest.raises(MergeRefused):
        merge.merge(source_id=guest, target_id=staff.id)


def test_five_a_day(account, new_user):
    for _ in range(5):
        merge.merge(source_id=new_user(), target_id=account)
    with pytest.raises(MergeRefused):
        merge.merge(source_id=new_user(), target_id=account)
    Merge.objects.update(created_at=timezone.now() - timedelta(days=2))
    merge.merge(source_id=new_user(), target_id=account)


def test_an_account_is_no_source(account, new_user):
    other = new_user()
    User.objects.filter(pk=other).update(email="ben@example.com", is_guest=False)
    with pytest.raises(MergeRefused):
        merge.merge(source_id=account, target_id=other)


def test_two_accounts_do_not_both_get_it(guest, account, new_user):
    other = new_user()
    User.objects.filter(pk=other).update(email="ben@example.com", is_guest=False)
    merge.merge(source_id=guest, target_id=account)
    with pytest.raises(MergeRefused):
        merge.merge(source_id=guest, target_id=other)
    assert (balance_of(account), balance_of(other)) == (800, 0)


def test_of_a_merge_and_a_claim_one_wins(guest, account, visit, enter):
    claimed = visit(guest)
    enter(claimed, "ben@example.com")
    with pytest.raises(MergeRefused):
        merge.merge(source_id=guest, target_id=account)
    assert (balance_of(guest), balance_of(account)) == (500, 300)


def test_what_is_refused_in_the_file_leaves_the_guest_as_before(guest, account, visit, monkeypatch):
    browser = visit(guest)
    begin = merge._begin

    def begin_and_freeze(source_id, target_id):
        begin(source_id, target_id)
        set_wallet(source_id, is_frozen=True)

    monkeypatch.setattr(merge, "_begin", begin_and_freeze)
    with pytest.raises(MergeRefused):
        merge.merge(source_id=guest, target_id=account)
    assert (Merge.objects.count(), TransferDue.objects.count()) == (0, 0)
    assert browser.get("/api/wallet").json()["balance_cents"] == 500


@pytest.mark.parametrize("commits", range(1, 10))
def test_killed_after_any_commit_it_is_finished_by_the_worker(guest, account, commits):
    with killed_after(commits):
        merge.merge(source_id=guest, target_id=account)
    work_off()
    if Merge.objects.exists():
        assert (balance_of(guest), balance_of(account)) == (0, 800)
        assert TransferDue.objects.count() == 0
    else:
        assert (balance_of(guest), balance_of(account)) == (500, 300)
    assert [audit_user(user_id)[0] for user_id in (guest, account)] == [[], []]
    merge.merge(source_id=guest, target_id=account)
    assert (balance_of(guest), balance_of(account)) == (0, 800)


@pytest.mark.parametrize("commits", range(1, 6))
def test_a_late_movement_killed_after_any_commit_arrives(guest, account, commits):
    with user_transaction(guest):
        ledger.debit(job_id="j", cost_cents=30)
    merge.merge(source_id=guest, target_id=account)
    work_off()

    def end():
        with moving(guest):
            ledger.refund_rest(job_id="j")

    with killed_after(commits):
        end()
    work_off()
    if ("refund:j:end", 30) not in lines_of(guest):  # whoever ends the job does it until it is ended
        assert (balance_of(guest), balance_of(account)) == (0, 770)
        end()
    assert (balance_of(guest), balance_of(account)) == (0, 800)
    work_off()
    assert TransferDue.objects.count() == 0


def test_only_an_old_wake_up_row_goes(guest, account):
    merge.merge(source_id=guest, target_id=account)
    TransferDue.objects.update(next_attempt_at=timezone.now())
    assert (merge.work_off(), TransferDue.objects.count()) == (0, 1)
    work_off()
    assert TransferDue.objects.count() == 0


def test_a_debit_still_in_flight_is_refused(guest, account, visit):
    merge.merge(source_id=guest, target_id=account)
    User.objects.filter(pk=guest).update(is_active=True)  # as if it had been let in before
    late = visit(guest).post("/api/debit", {"job_id": "j", "cost_cents": 1}, content_type="application/json")
    assert late.status_code == 409


def test_what_was_debited_in_the_guests_wallet_is_not_debited_again(phone, guest, account):
    with user_transaction(guest):
        ledger.debit(job_id="j", cost_cents=30)
    phone.post("/api/account/merge")

    def debit(cents):
        return phone.post("/api/debit", {"job_id": "j", "cost_cents": cents}, content_type="application/json")

    assert debit(30).json() == {"success": True, "new_balance_cents": 470}
    assert debit(31).status_code == 409
    assert balance_of(account) == 770


def test_purchases_of_the_guests_wallet_are_found_through_the_account(phone, guest):
    from tests.cast.payments import open_topup, paid
    from wallet.payments.fulfil import fulfil

    session = open_topup(guest)
    fulfil(paid(session))
    phone.post("/api/account/merge")
    assert phone.get(f"/api/topup/{session['id']}").json()["status"] == "paid"


def test_default_is_rebuilt_with_claims_and_merges(phone, guest, account):
    from reelballers.user_db import reindex

    phone.post("/api/account/merge")
    Merge.objects.all().delete()
    User.objects.all().delete()
    for user_id in (guest, account):
        reindex.write_missing(reindex.claims_of(user_id))
    assert Merge.objects.get().target_id == account
    rebuilt = User.objects.in_bulk()
    assert (rebuilt[guest].is_active, rebuilt[account].email) == (False, "anna@example.com")
    assert not rebuilt[account].is_guest
    assert [audit_user(user_id)[0] for user_id in (guest, account)] == [[], []]


def test_an_account_is_erased_with_its_sources_and_a_source_never_alone(guest, account, settings):
    from operators.user_files.erase import erase
    from reelballers.user_db import UserDatabaseUnusable, has_user_db

    merge.merge(source_id=guest, target_id=account)
    with pytest.raises(UserDatabaseUnusable, match="part of an account"):
        erase(guest)
    assert erase(account) == 800
    assert (has_user_db(guest), has_user_db(account), Merge.objects.count()) == (False, False, 0)


def play(seed, new_user, folder, steps=14):
    guests, account = [new_user(), new_user()], new_user()
    User.objects.filter(pk=account).update(email=f"a{seed}@example.com", is_guest=False)
    life = Life(seed, guests, account, folder)
    life.play(steps)
    return life


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_keep_every_cent(new_user, tmp_path, seed):
    assert play(seed, new_user, tmp_path).faults() == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_ten_thousand_random_lives_keep_every_cent(new_user, tmp_path):
    for seed in range(1000, 11_000):
        folder = tmp_path / str(seed)
        folder.mkdir()
        assert play(seed, new_user, folder).faults() == [], seed


def test_a_movement_without_its_transfer_cannot_be_committed(guest, account, monkeypatch):
    merge.merge(source_id=guest, target_id=account)
    monkeypatch.setattr(ledger, "send_on", lambda: Movement(0, 0, is_new=False))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        take(guest, 5)
    assert lines_of(guest)[-1][0] == f"transfer:{guest}:1:out"


def test_a_source_put_back_without_redelivery_is_found_by_the_audit(guest, account, tmp_path, monkeypatch):
    from operators.user_files.restore import restore
    from reelballers.user_db import user_db_path
    from reelballers.user_db.copies import copy_of

    copy_of(user_db_path(guest), tmp_path / "old.sqlite3")
    merge.merge(source_id=guest, target_id=account)
    Merge.objects.update(created_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(closed_copies, "close_as_before", lambda user_id, copy: None)
    restore(guest, tmp_path / "old.sqlite3")
    assert balance_of(guest) == 500
    assert [fault.what for fault in audit_user(guest)[0]] == ["it became part of an account, and is open"]


def test_a_source_restored_from_before_the_merge_is_closed_and_empty(guest, account, tmp_path):
    from operators.user_files.restore import restore
    from reelballers.user_db import user_db_path
    from reelballers.user_db.copies import copy_of

    copy_of(user_db_path(guest), tmp_path / "old.sqlite3")
    merge.merge(source_id=guest, target_id=account)
    restore(guest, tmp_path / "old.sqlite3")
    assert (balance_of(guest), balance_of(account)) == (0, 800)
    with user_db(guest):
        assert Wallet.objects.get().closed_into == account
