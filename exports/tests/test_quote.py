import pytest
from django.utils import timezone

from exports.shared.models import OpenJob
from tests.cast import export_jobs
from wallet.shared.models import Merge


def ask(browser, project_id, **changes):
    body = {"project_id": project_id, "type": "framing", "params": {}, **changes}
    return browser.post("/api/export/quote", body, content_type="application/json")


def test_it_prices_a_clip_and_says_what_is_missing(browser, user_id, project):
    export_jobs.give(user_id, 3)
    answer = ask(browser, project.id)
    assert answer.status_code == 200
    assert answer.json() == {
        "cost_cents": 5,
        "balance_cents": 3,
        "shortfall_cents": 2,
        "blocks": 1,
        "changes_nothing": False,
        "same_as": None,
    }


def test_it_misses_nothing_when_there_is_enough(browser, user_id, project, credits):
    assert ask(browser, project.id).json()["shortfall_cents"] == 0


def test_it_prices_what_was_measured(browser, user_id):
    long = export_jobs.add_project(user_id, duration_ms=30_501)
    answer = ask(browser, long.id).json()
    assert (answer["cost_cents"], answer["blocks"]) == (10, 2)


TRIMS = [
    ({"start_seconds": 0, "end_seconds": 30.5}, 1),
    ({"start_seconds": 4.5, "end_seconds": 35.0}, 1),
    ({"start_seconds": 4.499, "end_seconds": 35.0}, 2),
    ({"start_seconds": 0, "end_seconds": 35.05}, 2),
    (None, 2),
]


@pytest.mark.parametrize(("trim", "blocks"), TRIMS)
def test_a_trim_is_priced_by_what_it_leaves(browser, user_id, trim, blocks):
    long = export_jobs.add_project(user_id, duration_ms=35_000)
    answer = ask(browser, long.id, params={"trim": trim}).json()
    assert (answer["blocks"], answer["cost_cents"], answer["changes_nothing"]) == (blocks, 5 * blocks, False)


def test_a_trim_alone_is_a_change(browser, user_id):
    long = export_jobs.add_project(user_id, duration_ms=35_000)
    trimmed = {"trim": {"start_seconds": 1, "end_seconds": 20}}
    assert ask(browser, long.id, type="annotate", params={}).json()["changes_nothing"] is True
    assert ask(browser, long.id, type="annotate", params=trimmed).json()["changes_nothing"] is False


def test_it_takes_and_writes_nothing(browser, user_id, project, credits):
    ask(browser, project.id)
    assert export_jobs.balance_cents(user_id) == 100
    assert not OpenJob.objects.exists()


def test_a_strangers_clip_is_not_there(stranger, project):
    assert ask(stranger, project.id).status_code == 404


def test_without_a_session_there_is_no_clip(client, project):
    assert ask(client, project.id).status_code == 404


BAD = [
    ({"type": "melt"}, "type"),
    ({"type": 5}, "type"),
    ({"params": []}, "params"),
    ({"params": {"aspect": "2:1"}}, "params.aspect"),
    ({"params": {"keyframes": [{"time_seconds": 0, "x": 1.5}]}}, "params.keyframes[0].x"),
    ({"params": {"speed": 2}}, "params.speed"),
    ({"project_id": 7}, "project_id"),
    ({"project_id": "a\x00b"}, "project_id"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_it_names_the_field_that_is_wrong(browser, project, change, field):
    answer = ask(browser, **{"project_id": project.id, **change})
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_it_quotes_only_what_is_offered(browser, project, settings):
    settings.EXPORT_TYPES_OFFERED = ("framing",)
    answer = ask(browser, project.id, type="upscale")
    assert answer.status_code == 400
    assert "framing" in answer.json()["type"][0]


ARROW = {"kind": "arrow", "to_x": 1, "to_y": 1}
NOTHING = [
    ("annotate", {}, (320, 180), True),
    ("annotate", {"items": [ARROW]}, (320, 180), False),
    ("overlay", {}, (320, 180), False),
    ("overlay", {"dim": 0}, (320, 180), True),
    ("framing", {"aspect": "9:16"}, (1080, 1920), True),
    ("framing", {"aspect": "9:16"}, (720, 1278), True),
    ("framing", {"aspect": "9:16", "keyframes": [{"time_seconds": 0, "x": 0.2}]}, (1080, 1920), True),
    ("framing", {"aspect": "9:16", "keyframes": [{"time_seconds": 0, "zoom": 1.1}]}, (1080, 1920), False),
    ("framing", {"aspect": "4:5"}, (1080, 1920), False),
    ("upscale", {}, (320, 180), False),
]


@pytest.mark.parametrize(("export_type", "params", "size", "expected"), NOTHING)
def test_it_says_when_an_export_would_change_nothing(browser, user_id, export_type, params, size, expected):
    clip = export_jobs.add_project(user_id, width=size[0], height=size[1])
    answer = ask(browser, clip.id, type=export_type, params=params)
    assert answer.json()["changes_nothing"] is expected


@pytest.fixture
def done(user_id, project, credits, runner, clip):
    return export_jobs.succeeded(user_id, project, runner, clip)


def test_it_names_an_export_of_the_very_same_work(browser, project, done):
    """However it is asked for: what is left out is what is meant."""
    assert ask(browser, project.id, params={"aspect": "9:16"}).json()["same_as"] == done.id
    assert ask(browser, project.id, params={"aspect": "1:1"}).json()["same_as"] is None
    assert ask(browser, project.id, type="upscale").json()["same_as"] is None
    whole, half = ({"trim": {"start_seconds": 0, "end_seconds": end}} for end in (1.0, 0.5))
    assert ask(browser, project.id, params=whole).json()["same_as"] == done.id
    assert ask(browser, project.id, params=half).json()["same_as"] is None


def test_an_export_whose_file_is_gone_is_none(browser, user_id, project, done):
    export_jobs.change(user_id, done, output_deleted_at=timezone.now())
    assert ask(browser, project.id).json()["same_as"] is None


@pytest.mark.parametrize("state", ["running", "failed", "cancelled"])
def test_only_a_finished_export_counts_as_the_same(browser, user_id, project, done, state):
    export_jobs.change(user_id, done, state=state)
    assert ask(browser, project.id).json()["same_as"] is None


def test_the_same_work_of_a_wallet_that_was_taken_in_is_named(sign_in, new_user, user_id, project, done):
    account_id = new_user()
    export_jobs.add_project(account_id, id=project.id)
    Merge.objects.create(pk=user_id, target_id=account_id, created_at=timezone.now())
    assert ask(sign_in(account_id), project.id).json()["same_as"] == done.id
