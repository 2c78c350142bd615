import pytest

from exports.shared.models import OpenJob
from exports.tests import shop


def ask(browser, project_id, **changes):
    body = {"project_id": project_id, "type": "framing", "params": {}, **changes}
    return browser.post("/api/export/quote", body, content_type="application/json")


def test_it_prices_a_clip_and_says_what_is_missing(browser, user_id, project):
    shop.give(user_id, 3)
    answer = ask(browser, project.id)
    assert answer.status_code == 200
    assert answer.json() == {"cost_cents": 5, "balance_cents": 3, "shortfall_cents": 2}


def test_it_misses_nothing_when_there_is_enough(browser, user_id, project, credits):
    assert ask(browser, project.id).json()["shortfall_cents"] == 0


def test_it_prices_what_was_measured(browser, user_id):
    long = shop.add_project(user_id, duration_ms=30_501)
    assert ask(browser, long.id).json()["cost_cents"] == 10


def test_it_takes_and_writes_nothing(browser, user_id, project, credits):
    ask(browser, project.id)
    assert shop.balance_cents(user_id) == 100
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
