"""The reconciler brings in what webhooks never told, says what it cannot, and changes nothing when all is well."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from reelballers.user_db import pool as pools
from reelballers.user_db import user_db, user_db_path, user_transaction
from tests.cast.payments import (
    balance_of,
    dispute_of,
    lines_of,
    new_id,
    open_topup,
    paid,
    refund_of,
    session_of,
)
from tests.damage import damage_page
from wallet.models import LedgerEntry, Topup
from wallet.payments import decisions, reconcile
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent, PaymentIndex, ReconcileProgress, UnmatchedPayment
from wallet.stripe.api import StripeUnavailable
from wallet.tests.stand_in import listed


def at_stripe(stand_in, *, sessions=(), refunds=(), disputes=()):
    stand_in.answers["GET /v1/checkout/sessions"] = (200, listed(*sessions))
    stand_in.answers["GET /v1/refunds"] = (200, listed(*refunds))
    stand_in.answers["GET /v1/disputes"] = (200, listed(*disputes))


def run(*arguments):
    out = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except CommandError as error:
        out.write(f"CommandError: {error}")
    return out.getvalue()


def test_it_credits_what_no_webhook_told(user_id, stand_in):
    session = paid(open_topup(user_id))
    at_stripe(stand_in, sessions=[session])
    assert "paid 500 cents, not credited – repaired" in run()
    assert run() == "reconcile: ok (0 repaired)\n"
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_a_dry_run_says_it_and_changes_nothing(user_id, stand_in):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    assert "not credited – NOT REPAIRED" in run("--dry-run")
    assert balance_of(user_id) == 0
    assert not ReconcileProgress.objects.exists()


def test_it_takes_back_refunds_and_lost_disputes(user_id, stand_in):
    session = paid(open_topup(user_id))
    things = {"refunds": [refund_of(session, 100)], "disputes": [dispute_of(session, 150, "lost")]}
    at_stripe(stand_in, sessions=[session], **things)
    assert "3 repaired" in run()
    assert balance_of(user_id) == 250
    assert "0 repaired" in run()


def test_it_sees_a_refund_that_failed_later(user_id, stand_in):
    session = paid(open_topup(user_id))
    refund = refund_of(session, 100)
    at_stripe(stand_in, sessions=[session], refunds=[refund])
    run()
    at_stripe(stand_in, sessions=[session], refunds=[refund | {"status": "failed"}])
    run()
    assert balance_of(user_id) == 500


def test_a_refund_finds_a_payment_that_the_index_lost(user_id, stand_in):
    session = paid(open_topup(user_id))
    fulfil(session)
    PaymentIndex.objects.all().delete()
    refund = refund_of(session, 100)
    intent = {"id": session["payment_intent"], "object": "payment_intent", "metadata": session["metadata"]}
    stand_in.answers[f"GET /v1/payment_intents/{session['payment_intent']}"] = (200, intent)
    at_stripe(stand_in, refunds=[refund])
    stand_in.answers["GET /v1/checkout/sessions"] = lambda asked: (
        200,
        listed(*([session] if "payment_intent" in asked else [])),
    )
    assert "1 repaired" in run()
    assert balance_of(user_id) == 400


def test_other_peoples_payments_are_left_alone(user_id, stand_in):
    session = paid(session_of(user_id, "x", new_id("cs_test"), 500)) | {"metadata": {"order": "7"}}
    intent = {"id": session["payment_intent"], "object": "payment_intent", "metadata": {"order": "7"}}
    stand_in.answers[f"GET /v1/payment_intents/{session['payment_intent']}"] = (200, intent)
    at_stripe(stand_in, sessions=[session], refunds=[refund_of(session, 100)])
    assert run() == "reconcile: ok (0 repaired)\n"


def test_what_fits_nothing_is_left_for_a_person(user_id, stand_in):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id)) | {"currency": "eur"}])
    said = run()
    assert "waits for an operator: currency is 'eur', not 'usd' – NOT REPAIRED" in said
    assert "CommandError: reconcile: 0 repaired, 1 left" in said


def lose(user_id):
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))


def damage(user_id):
    pools.pool.close_idle()
    damage_page(user_db_path(user_id), "topups")


@pytest.mark.parametrize("ruin", [lose, damage])
def test_a_wallet_that_cannot_be_read_keeps_no_other_from_its_credits(new_user, stand_in, ruin):
    ruined, sound = new_user(), new_user()
    at_stripe(stand_in, sessions=[paid(open_topup(ruined)), paid(open_topup(sound))])
    ruin(ruined)
    said = run()
    assert f"(user {ruined}): cannot be compared" in said
    assert "1 repaired, 1 left" in said
    assert balance_of(sound) == 500


def test_a_silent_stripe_stops_it_without_harm(user_id, stand_in):
    stand_in.answers["GET /v1/checkout/sessions"] = (500, {"error": {"type": "api_error"}})
    assert "stopped, run it again" in run()


def test_a_run_cut_short_goes_on_where_it_stopped(user_id, stand_in, monkeypatch):
    pages = {"": [paid(open_topup(user_id))], "next": [paid(open_topup(user_id))]}
    first_id = pages[""][0]["id"]

    def page(asked):
        found = pages["next" if asked.get("starting_after") == first_id else ""]
        return 200, listed(*found) | {"has_more": "starting_after" not in asked}

    at_stripe(stand_in)
    stand_in.answers["GET /v1/checkout/sessions"] = page
    monkeypatch.setattr(reconcile, "CALLS_A_RUN", 1)
    run()
    assert balance_of(user_id) == 500
    run()
    assert balance_of(user_id) == 1000
    sessions = [asked for call, asked, _ in stand_in.asked if call.endswith("sessions")]
    assert [asked.get("starting_after") for asked in sessions] == [None, first_id]


def test_the_worker_runs_it_once_a_day_in_full_and_each_hour_in_short(user_id, stand_in):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    reconcile.regularly()
    reconcile.regularly()
    assert (balance_of(user_id), len(stand_in.asked)) == (500, 3)
    ReconcileProgress.objects.update(started_at=timezone.now() - timedelta(hours=2))
    reconcile.regularly()
    assert len(stand_in.asked) == 6


NOT_ALLOWED = (403, {"error": {"type": "invalid_request_error", "message": "The key has no permission"}})


@pytest.mark.parametrize("closed", ["checkout/sessions", "refunds", "disputes"])
def test_a_list_that_our_key_may_not_read_restarts_no_other(user_id, stand_in, closed):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    stand_in.answers[f"GET /v1/{closed}"] = NOT_ALLOWED
    for _ in range(5):
        reconcile.regularly()
    assert len(stand_in.asked) == 3
    assert balance_of(user_id) == (0 if closed == "checkout/sessions" else 500)
    refused = ReconcileProgress.objects.get(finished_at=None)
    assert "no permission" in refused.last_error
    ReconcileProgress.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    reconcile.regularly()
    assert len(stand_in.asked) == 4


def test_the_command_says_which_list_it_may_not_read_and_reads_the_others(user_id, stand_in):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    stand_in.answers["GET /v1/disputes"] = NOT_ALLOWED
    said = run()
    assert "disputes (user unknown): Stripe does not show this list: The key has no permission" in said
    assert "1 repaired, 1 left" in said


def test_a_silent_stripe_restarts_only_what_was_not_finished(user_id, stand_in):
    at_stripe(stand_in)
    stand_in.answers["GET /v1/disputes"] = (500, {"error": {"type": "api_error"}})
    for _ in range(3):
        with pytest.raises(StripeUnavailable):
            reconcile.regularly()
    assert [call.rsplit("/")[-1] for call in stand_in.calls] == ["sessions", "refunds", *["disputes"] * 3]


def test_an_hourly_look_that_breaks_off_goes_on_with_what_is_left(user_id, stand_in):
    at_stripe(stand_in)
    reconcile.regularly()
    ReconcileProgress.objects.update(started_at=timezone.now() - timedelta(hours=2))
    stand_in.answers["GET /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    for _ in range(3):
        with pytest.raises(StripeUnavailable):
            reconcile.regularly()
    assert stand_in.calls[3:] == ["GET /v1/checkout/sessions", *["GET /v1/refunds"] * 3]


def test_a_place_that_stripe_no_longer_knows_is_given_up(user_id, stand_in):
    now = timezone.now()
    place = {"since": 0, "cursor": "cs_gone", "started_at": now}
    ReconcileProgress.objects.create(name="sessions", **place)
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    whole = stand_in.answers["GET /v1/checkout/sessions"]
    unknown = (400, {"error": {"type": "invalid_request_error", "code": "resource_missing"}})
    stand_in.answers["GET /v1/checkout/sessions"] = lambda asked: (
        unknown if "starting_after" in asked else whole
    )
    reconcile.regularly()
    ReconcileProgress.objects.update(retry_at=None)
    reconcile.regularly()
    assert balance_of(user_id) == 500


def test_one_thing_that_cannot_be_compared_holds_up_no_other(user_id, stand_in):
    """A stranger's refund whose payment our key may not read."""
    session = paid(open_topup(user_id))
    fulfil(session)
    strange = {"payment_intent": "pi_strange", "id": "cs_strange"}
    at_stripe(stand_in, sessions=[session], refunds=[refund_of(strange, 5), refund_of(session, 100)])
    stand_in.answers["GET /v1/payment_intents/pi_strange"] = NOT_ALLOWED
    assert "cannot be compared: The key has no permission" in run()
    assert balance_of(user_id) == 400


def test_it_takes_a_date(user_id, stand_in):
    at_stripe(stand_in)
    run("--since", "2026-11-01")
    assert stand_in.asked[0][1]["created[gte]"] == "1793491200"
    assert "is not a date" in run("--since", "yesterday")


def test_both_sides_are_proved_equal(user_id, stand_in):
    session = paid(open_topup(user_id))
    fulfil(session)
    at_stripe(stand_in, sessions=[session])
    since = timezone.now() - timedelta(days=7)
    assert list(reconcile.differences_since(since)) == []
    at_stripe(stand_in)
    assert list(reconcile.differences_since(since)) == [
        (user_id, session["id"], "in the wallet, but not at Stripe")
    ]


def test_an_old_payment_that_an_operator_credits_today_is_not_missed_at_stripe(user_id, stand_in):
    session = paid(session_of(user_id, "x", new_id("cs_test"), 500))
    fulfil(session)
    now = timezone.now()
    UnmatchedPayment.objects.update(created_at=now - timedelta(days=40))
    decisions.credit(session_id=session["id"], user_id=user_id, actor="op@example.com", reason="theirs")
    at_stripe(stand_in)
    assert list(reconcile.differences_since(now - timedelta(days=30))) == []


def test_audit_stripe_proves_it(user_id, stand_in):
    session = paid(open_topup(user_id))
    at_stripe(stand_in, sessions=[session])
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("audit", "--stripe", stdout=out)
    assert f"{session['id']}: paid 500 cents, not credited" in out.getvalue()
    fulfil(session)
    call_command("audit", "--stripe", "--user", user_id, stdout=out)
    assert "audit: ok (1 wallets, 1 lines)" in out.getvalue()


def test_audit_stripe_names_a_wallet_that_cannot_be_compared(user_id, stand_in):
    at_stripe(stand_in, sessions=[paid(open_topup(user_id))])
    lose(user_id)
    out = StringIO()
    with pytest.raises(CommandError, match="2 faults"):
        call_command("audit", "--stripe", stdout=out)
    assert f"{user_id}: there is no file for this user" in out.getvalue()
    assert "cannot be compared" in out.getvalue()


def test_audit_says_when_stripe_is_silent(user_id, stand_in):
    stand_in.answers["GET /v1/checkout/sessions"] = (500, {"error": {}})
    with pytest.raises(CommandError, match="Stripe could not be asked"):
        call_command("audit", "--stripe", stdout=StringIO())


def test_it_repairs_a_wallet_restored_from_a_backup_before_the_payment(user_id, stand_in):
    session = open_topup(user_id)
    with user_transaction(user_id):
        Topup.objects.all().delete()
    at_stripe(stand_in, sessions=[paid(session)])
    assert "1 repaired" in run()
    with user_db(user_id):
        assert LedgerEntry.objects.count() == 1
    assert not InboxEvent.objects.exists()
