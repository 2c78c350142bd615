"""Several exports in one press: one price, all or nothing, and each gives its own price back when it fails."""

import pytest

from exports import batches, orders
from exports.models import ExportBatch, ExportJob
from exports.shared.models import OpenJob
from reelballers.user_db import user_db, user_transaction
from tests.cast import export_jobs
from wallet.models import LedgerEntry, Wallet

SET = [
    {"type": "framing", "params": {"aspect": "9:16"}},
    {"type": "framing", "params": {"aspect": "1:1"}},
    {"type": "overlay", "params": {}},
]


def press(browser, project_id, exports=SET, key=None, **more):
    headers = {"Idempotency-Key": key} if key else {}
    body = {"project_id": project_id, "exports": exports, **more}
    return browser.post("/api/export/batch", body, content_type="application/json", headers=headers)


def start(browser, project_id, key):
    body = {"project_id": project_id, "type": "framing", "params": {}}
    headers = {"Idempotency-Key": key}
    return browser.post("/api/export/start", body, content_type="application/json", headers=headers)


def nothing_was_sold(user_id):
    with user_db(user_id):
        sold = [ExportJob.objects.count(), LedgerEntry.objects.filter(reason="debit").count()]
        sold.append(ExportBatch.objects.count())
    return [*sold, OpenJob.objects.count()] == [0, 0, 0, 0]


def test_it_sells_all_of_it_for_one_price(browser, user_id, project, credits):
    answer = press(browser, project.id)
    assert answer.status_code == 201, answer.content
    sold = answer.json()
    assert [(job["type"], job["cost_cents"], job["status"]) for job in sold["jobs"]] == [
        ("framing", 5, "queued"),
        ("framing", 5, "queued"),
        ("overlay", 8, "queued"),
    ]
    assert (sold["cost_cents"], sold["new_balance_cents"]) == (18, 82)
    assert {row.job_id for row in OpenJob.objects.all()} == {job["job_id"] for job in sold["jobs"]}
    assert [export_jobs.lines(user_id, job["job_id"]) for job in sold["jobs"]] == [
        [("debit", -5)],
        [("debit", -5)],
        [("debit", -8)],
    ]


def test_each_gives_back_its_own_price(browser, user_id, project, credits):
    ids = [job["job_id"] for job in press(browser, project.id).json()["jobs"]]
    browser.post(f"/api/export/{ids[2]}/cancel")
    assert export_jobs.balance_cents(user_id) == 90
    assert [export_jobs.job_of(user_id, job_id).status for job_id in ids] == ["queued", "queued", "cancelled"]


@pytest.fixture
def batch(project):
    made = [orders.Order(project.id, one["type"], one["params"]) for one in SET]
    return batches.Batch(made, idempotency_key="a")


def test_it_costs_default_one_commit(user_id, credits, batch, commits_of_default):
    batches.start_batch(user_id=user_id, batch=batch)
    assert commits_of_default() == 1


def test_the_same_key_again_takes_nothing(browser, user_id, project, credits):
    first = press(browser, project.id, key="a").json()
    again = press(browser, project.id, key="a")
    assert again.status_code == 201
    assert [job["job_id"] for job in again.json()["jobs"]] == [job["job_id"] for job in first["jobs"]]
    assert (again.json()["cost_cents"], export_jobs.balance_cents(user_id)) == (18, 82)
    assert OpenJob.objects.count() == 3


def test_it_is_answered_again_when_the_money_is_gone(browser, user_id, project):
    export_jobs.give(user_id, 18)
    first = press(browser, project.id, key="a").json()
    assert press(browser, project.id, key="a").json()["jobs"][0]["job_id"] == first["jobs"][0]["job_id"]


def test_twice_at_once_is_once(user_id, batch, monkeypatch):
    """The second finds no batch, then no money; it was its own."""
    export_jobs.give(user_id, 18)
    check, first = batches._check, []

    def sold_meanwhile(*asked):
        monkeypatch.setattr(batches, "_check", check)
        first.extend(batches.start_batch(user_id=user_id, batch=batch))
        return check(*asked)

    monkeypatch.setattr(batches, "_check", sold_meanwhile)
    again = batches.start_batch(user_id=user_id, batch=batch)
    assert [job.id for job in again] == [job.id for job in first]
    assert export_jobs.balance_cents(user_id) == 0


CHANGES = [{"exports": SET[:2]}, {"exports": SET[::-1]}, {"cost_cents": 50}]


@pytest.mark.parametrize("change", CHANGES)
def test_a_key_belongs_to_the_whole_batch(browser, user_id, project, credits, change):
    press(browser, project.id, key="a")
    assert press(browser, project.id, key="a", **change).status_code == 409
    assert export_jobs.balance_cents(user_id) == 82


def test_a_key_is_a_batchs_or_an_exports(browser, user_id, project, credits):
    assert (press(browser, project.id, key="a").status_code, start(browser, project.id, "a").status_code) == (
        201,
        409,
    )
    assert (start(browser, project.id, "b").status_code, press(browser, project.id, key="b").status_code) == (
        201,
        409,
    )
    assert export_jobs.balance_cents(user_id) == 77


def test_a_refused_batch_does_not_bind_its_key(browser, user_id, project):
    assert press(browser, project.id, key="a").status_code == 402
    export_jobs.give(user_id, 100)
    assert press(browser, project.id, SET[:2], key="a").status_code == 201


def test_one_cent_short_of_all_sells_none(browser, user_id, project):
    export_jobs.give(user_id, 17)
    answer = press(browser, project.id)
    assert (answer.status_code, answer.json()["detail"]["required_cents"]) == (402, 18)
    assert answer.json()["detail"]["shortfall_cents"] == 1
    assert nothing_was_sold(user_id)


def test_money_spent_between_two_looks_sells_none(browser, user_id, project, monkeypatch):
    """The index rows were there already: they go."""
    export_jobs.give(user_id, 18)
    check = batches._check

    def spent_meanwhile(*asked):
        check(*asked)
        monkeypatch.setattr(batches, "_check", check)
        body = {"job_id": "elsewhere", "cost_cents": 1}
        assert browser.post("/api/debit", body, content_type="application/json").status_code == 200

    monkeypatch.setattr(batches, "_check", spent_meanwhile)
    assert press(browser, project.id).status_code == 402
    with user_db(user_id):
        assert not ExportJob.objects.exists()
    assert not OpenJob.objects.exists()
    assert export_jobs.balance_cents(user_id) == 17


def test_a_higher_price_than_accepted_sells_none(browser, user_id, project, credits):
    answer = press(browser, project.id, cost_cents=17)
    assert (answer.status_code, answer.json()["detail"]["cost_cents"]) == (409, 18)
    assert nothing_was_sold(user_id)
    assert press(browser, project.id, cost_cents=18).status_code == 201


def test_room_for_some_of_it_is_none(browser, user_id, project, credits, settings):
    settings.MAX_OPEN_JOBS = 2
    assert press(browser, project.id).status_code == 409
    assert nothing_was_sold(user_id)
    settings.MAX_OPEN_JOBS = 3
    assert press(browser, project.id).status_code == 201


def test_a_frozen_wallet_buys_none(browser, user_id, project, credits):
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)
    assert press(browser, project.id).status_code == 403
    assert nothing_was_sold(user_id)


def test_one_that_fails_every_time_refuses_all(browser, user_id, project, credits):
    for _ in range(orders.MAX_OWN_FAILURES):
        job = export_jobs.sell(user_id, project, type="overlay")
        export_jobs.change(user_id, job, state="failed", error_code="clip", finished_at=job.created_at)
    OpenJob.objects.all().delete()
    answer = press(browser, project.id)
    assert (answer.status_code, answer.json()["detail"][:10]) == (409, "exports[2]")
    with user_db(user_id):
        assert ExportJob.objects.count() == orders.MAX_OWN_FAILURES


BAD = [
    ([*SET, {"type": "framing", "params": {"aspect": "9:16"}}], "exports[3]"),
    ([*SET, {"type": "overlay"}], "exports[3]"),
    ([SET[0], {"type": "melt"}], "exports[1].type"),
    ([SET[0], {"params": {}}], "exports[1].type"),
    ([SET[0], {"type": "overlay", "params": []}], "exports[1].params"),
    ([SET[0], {"type": "overlay", "params": {"dim": 2}}], "exports[1].params.dim"),
    ([SET[0], "overlay"], "exports[1]"),
    ([SET[0], None], "exports[1]"),
    (SET[:1], "exports"),
    ([], "exports"),
    ([{"type": "annotate", "params": {}}] * 9, "exports"),
    ({}, "exports"),
    (None, "exports"),
]


@pytest.mark.parametrize(("exports", "field"), BAD)
def test_what_is_wrong_is_named_by_its_place(browser, user_id, project, credits, exports, field):
    answer = press(browser, project.id, exports)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert nothing_was_sold(user_id)


def test_all_that_is_wrong_is_named_at_once(browser, project, credits):
    exports = [{"type": "overlay", "params": {"dim": 2}}, {"type": "upscale", "params": {"factor": 3}}]
    assert list(press(browser, project.id, exports).json()) == [
        "exports[0].params.dim",
        "exports[1].params.factor",
    ]


def test_deleted_ones_are_left_out_when_it_is_asked_for_again(browser, user_id, project, credits):
    ids = [job["job_id"] for job in press(browser, project.id, key="a").json()["jobs"]]
    for job_id in ids:
        browser.post(f"/api/export/{job_id}/cancel")
    browser.delete(f"/api/export/{ids[0]}")
    assert [job["job_id"] for job in press(browser, project.id, key="a").json()["jobs"]] == ids[1:]
    for job_id in ids[1:]:
        browser.delete(f"/api/export/{job_id}")
    assert press(browser, project.id, key="a").status_code == 404
    assert export_jobs.balance_cents(user_id) == 100


def test_a_strangers_clip_is_not_there(stranger, client, project):
    assert press(stranger, project.id).status_code == 404
    assert press(client, project.id).status_code == 404
