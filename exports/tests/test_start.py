from datetime import timedelta

import pytest
from django.utils import timezone

from exports import orders
from exports.models import ExportJob, State
from exports.shared.models import OpenJob
from exports.worker import sweep
from reelballers.user_db import user_db, user_transaction
from tests.cast import export_jobs
from wallet.models import Wallet


def start(browser, project_id, key=None, **body):
    headers = {"Idempotency-Key": key} if key is not None else {}
    body = {"project_id": project_id, "type": "framing", "params": {}, **body}
    return browser.post("/api/export/start", body, content_type="application/json", headers=headers)


def nothing_happened(user_id, balance_cents=100):
    with user_db(user_id):
        assert not ExportJob.objects.exists()
    assert not OpenJob.objects.exists()
    assert export_jobs.balance_cents(user_id) == balance_cents
    return True


def test_it_debits_and_queues_the_job(browser, user_id, project, credits):
    answer = start(browser, project.id, cost_cents=5)
    assert answer.status_code == 201
    job = answer.json()
    assert (job["status"], job["cost_cents"], job["new_balance_cents"]) == ("queued", 5, 95)
    assert (job["progress"], job["refunded_cents"], job["output_url"]) == (0, 0, None)
    assert job["params"] == {"aspect": "9:16", "keyframes": []}
    assert export_jobs.lines(user_id, job["job_id"]) == [("debit", -5)]
    assert OpenJob.objects.get().job_id == job["job_id"]


def test_it_keeps_the_price_version_it_was_sold_at(browser, user_id, project, credits):
    job_id = start(browser, project.id).json()["job_id"]
    assert export_jobs.job_of(user_id, job_id).price_version == "2026-11"


def test_a_price_above_the_accepted_one_is_a_conflict_that_names_it(browser, user_id, project, credits):
    answer = start(browser, project.id, cost_cents=4)
    assert answer.status_code == 409
    assert answer.json()["detail"]["cost_cents"] == 5
    assert nothing_happened(user_id)


def test_a_price_below_the_accepted_one_is_charged_as_such(browser, user_id, project, credits):
    assert start(browser, project.id, cost_cents=50).json()["new_balance_cents"] == 95


def test_too_little_money_says_how_much_is_missing(browser, user_id, project):
    export_jobs.give(user_id, 3)
    answer = start(browser, project.id)
    assert answer.status_code == 402
    facts = {"balance_cents": 3, "required_cents": 5, "shortfall_cents": 2}
    assert answer.json() == {"detail": {"error": "Insufficient funds", **facts}}
    assert nothing_happened(user_id, 3)


def test_a_refusal_does_not_touch_the_shared_database(browser, user_id, project, django_assert_num_queries):
    order = export_jobs.order(project)
    with django_assert_num_queries(0), pytest.raises(orders.InsufficientFunds):
        orders.start_export(user_id=user_id, order=order)


def test_a_strangers_clip_is_not_there(stranger, project):
    assert start(stranger, project.id).status_code == 404


def test_without_a_session_there_is_no_clip(client, project):
    assert start(client, project.id).status_code == 404


@pytest.mark.parametrize("cost_cents", ["5", 5.0, True, -1, 10**12, None, [5]])
def test_the_accepted_price_is_a_whole_number(browser, user_id, project, credits, cost_cents):
    answer = start(browser, project.id, cost_cents=cost_cents)
    assert answer.status_code == 400
    assert list(answer.json()) == ["cost_cents"]
    assert nothing_happened(user_id)


def test_bad_params_are_named_by_their_path(browser, user_id, project, credits):
    frames = [{"time_seconds": 0.5}, {"time_seconds": 0.2}]
    answer = start(browser, project.id, params={"keyframes": frames})
    assert answer.status_code == 400
    assert list(answer.json()) == ["params.keyframes[1].time_seconds"]
    assert nothing_happened(user_id)


def test_the_same_key_and_request_again_is_the_same_job(browser, user_id, project, credits):
    first = start(browser, project.id, key="a").json()
    export_jobs.change(
        user_id, export_jobs.job_of(user_id, first["job_id"]), state=State.RUNNING, progress=0.4
    )
    again = start(browser, project.id, key="a")
    assert again.status_code == 201
    assert (again.json()["job_id"], again.json()["status"]) == (first["job_id"], "running")
    assert export_jobs.balance_cents(user_id) == 95


def test_a_key_belongs_to_one_request(browser, user_id, project, credits):
    start(browser, project.id, key="a")
    answer = start(browser, project.id, key="a", params={"aspect": "1:1"})
    assert answer.status_code == 409
    assert export_jobs.balance_cents(user_id) == 95


def test_a_refused_request_does_not_bind_its_key(browser, user_id, project):
    assert start(browser, project.id, key="a").status_code == 402
    export_jobs.give(user_id, 100)
    assert start(browser, project.id, key="a", params={"aspect": "1:1"}).status_code == 201


def test_a_repeated_request_is_answered_when_the_money_is_gone(browser, user_id, project):
    export_jobs.give(user_id, 5)
    first = start(browser, project.id, key="a").json()
    assert start(browser, project.id, key="a").json()["job_id"] == first["job_id"]


def test_a_request_sold_between_two_looks_is_not_refused(user_id, project, monkeypatch):
    """Twice the same at once: the second finds no job, then no money; it was its own."""
    export_jobs.give(user_id, 5)
    look, first = orders.look, []

    def sold_meanwhile(**facts):
        monkeypatch.setattr(orders, "look", look)
        first.append(export_jobs.sell(user_id, project, idempotency_key="a"))
        return look(**facts)

    monkeypatch.setattr(orders, "look", sold_meanwhile)
    assert export_jobs.sell(user_id, project, idempotency_key="a").id == first[0].id


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "ü"])
def test_a_key_is_printable_ascii(browser, user_id, project, credits, key):
    answer = start(browser, project.id, key=key)
    assert answer.status_code == 400
    assert list(answer.json()) == ["Idempotency-Key"]


def test_keys_of_two_visitors_are_their_own(browser, stranger, user_id, project, credits, new_user):
    start(browser, project.id, key="a")
    other_id = stranger.session["_auth_user_id"]
    export_jobs.give(other_id, 100)
    theirs = export_jobs.add_project(other_id)
    assert start(stranger, theirs.id, key="a").status_code == 201


def test_twenty_open_jobs_are_the_limit(browser, user_id, project):
    export_jobs.give(user_id, 1000)
    ids = [start(browser, project.id).json()["job_id"] for _ in range(20)]
    assert start(browser, project.id).status_code == 409
    export_jobs.cancel(user_id, export_jobs.job_of(user_id, ids[0]))
    assert start(browser, project.id).status_code == 201


def test_a_frozen_wallet_buys_nothing(browser, user_id, project, credits):
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)
    answer = start(browser, project.id)
    assert answer.status_code == 403
    assert answer.json() == {"detail": {"error": "Wallet frozen"}}
    assert nothing_happened(user_id)


def fail_own(user_id, project, error_code, count=3, **facts):
    for _ in range(count):
        job = export_jobs.sell(user_id, project)
        export_jobs.change(
            user_id, job, state=State.FAILED, error_code=error_code, finished_at=timezone.now(), **facts
        )


def test_three_failures_of_the_clips_own_are_enough(browser, user_id, project, credits):
    fail_own(user_id, project, "clip", count=2)
    fail_own(user_id, project, "params", count=1)
    assert start(browser, project.id).status_code == 409
    assert start(browser, project.id, params={"aspect": "1:1"}).status_code == 201


@pytest.mark.parametrize("error_code", ["internal", "timeout", "cancelled"])
def test_failures_of_ours_do_not_count(browser, user_id, project, credits, error_code):
    fail_own(user_id, project, error_code)
    assert start(browser, project.id).status_code == 201


def cancel_ten(user_id, project, **facts):
    export_jobs.give(user_id, 1000)
    for _ in range(10):
        job = export_jobs.sell(user_id, project)
        export_jobs.change(user_id, job, **facts)
        export_jobs.cancel(user_id, job)


def test_ten_cancels_of_running_jobs_make_the_next_wait(browser, user_id, project):
    cancel_ten(user_id, project, state=State.RUNNING, started_at=timezone.now())
    answer = start(browser, project.id)
    assert answer.status_code == 429
    assert 3000 < int(answer["Retry-After"]) <= 3601


def test_cancels_of_queued_jobs_do_not_count(browser, user_id, project):
    cancel_ten(user_id, project)
    assert start(browser, project.id).status_code == 201


def test_cancels_are_forgotten_after_an_hour(browser, user_id, project):
    cancel_ten(user_id, project, state=State.RUNNING, started_at=timezone.now())
    with user_transaction(user_id):
        ExportJob.objects.update(finished_at=timezone.now() - timedelta(minutes=61))
    assert start(browser, project.id).status_code == 201


def test_a_sale_that_outlives_its_tombstone_takes_nothing(
    browser, user_id, project, credits, runner, monkeypatch
):
    sell = orders._sell

    def too_late(*args):
        OpenJob.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        sweep.sweep(runner)
        return sell(*args)

    monkeypatch.setattr(orders, "_sell", too_late)
    answer = start(browser, project.id)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert export_jobs.balance_cents(user_id) == 100


def test_a_crash_after_the_sale_leaves_the_row_that_finds_it(user_id, project, credits, monkeypatch):
    """A worker told to exit raises SystemExit wherever it stands: right after the COMMIT for one."""
    sell = orders._sell

    def sold_then_stopped(*args):
        sell(*args)
        raise SystemExit

    monkeypatch.setattr(orders, "_sell", sold_then_stopped)
    with pytest.raises(SystemExit):
        export_jobs.sell(user_id, project)
    assert OpenJob.objects.count() == 1


def test_a_clip_deleted_during_the_sale_is_not_sold(browser, user_id, project, credits, monkeypatch):
    sell = orders._sell

    def deleted(*args):
        browser.delete(f"/api/projects/{project.id}")
        return sell(*args)

    monkeypatch.setattr(orders, "_sell", deleted)
    assert start(browser, project.id).status_code == 404
    assert nothing_happened(user_id)


def test_an_export_costs_the_shared_database_two_commits(
    user_id, project, credits, runner, clip, commits_of_default
):
    """The index row, then its end together with the summary; nothing between, whatever the job does."""
    job = export_jobs.sell(user_id, project)
    export_jobs.step(user_id, job.id, runner)
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended()
    export_jobs.step(user_id, job.id, runner)
    assert export_jobs.step(user_id, job.id, runner).status == "succeeded"
    assert not OpenJob.objects.exists()
    assert commits_of_default() == 2


def test_a_trim_is_sold_at_its_own_length(browser, user_id, credits):
    clip = export_jobs.add_project(user_id, duration_ms=35_000)
    trim = {"start_seconds": 4.5, "end_seconds": 20.25}
    job = export_jobs.job_of(user_id, export_jobs.sell(user_id, clip, params={"trim": trim}).id)
    assert (job.cost_cents, job.sold_duration_ms, job.params["trim"]) == (5, 15_750, trim)


@pytest.mark.parametrize("trim", [None, {"start_seconds": 0, "end_seconds": 1}])
def test_a_trim_of_the_whole_clip_is_the_same_work_as_none(user_id, project, credits, trim):
    """And what was the same work before there were trims still is."""
    first = export_jobs.sell(user_id, project)
    again = export_jobs.sell(user_id, project, params={"trim": trim})
    assert (again.request_hash, again.params) == (first.request_hash, first.params)
    assert "trim" not in first.params
