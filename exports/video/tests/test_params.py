"""Parameters: what is valid comes back complete, what is not names its field."""

import json
import math

import pytest

from exports.video.params import EXPORT_TYPES, InvalidParams, defaults, validate_params

CLIP = {"duration_ms": 2000, "width": 640, "height": 360}


def errors(export_type, params, **clip):
    with pytest.raises(InvalidParams) as refused:
        validate_params(export_type, params, **(CLIP | clip))
    return refused.value.errors


def framing(**keyframe):
    return {"keyframes": [{"time_seconds": 0, **keyframe}]}


def item(kind="circle", **fields):
    return {"items": [{"kind": kind, **fields}]}


@pytest.mark.parametrize("export_type", EXPORT_TYPES)
def test_nothing_means_the_defaults(export_type):
    assert validate_params(export_type, {}, **CLIP) == defaults(export_type)


def test_it_fills_in_and_normalises():
    clean = validate_params("framing", {"aspect": "1:1", **framing(x=1)}, **CLIP)
    assert clean["keyframes"] == [{"time_seconds": 0.0, "x": 1.0, "y": 0.5, "zoom": 1.0}]
    clean = validate_params("annotate", item(color="#FFF"), **CLIP)["items"][0]
    assert (clean["color"], clean["start_seconds"], clean["end_seconds"]) == ("#ffffff", 0.0, 2.0)


def test_what_it_returns_is_valid_again():
    clean = validate_params("annotate", item("text", text=" “Ole\u0301” "), **CLIP)
    assert validate_params("annotate", json.loads(json.dumps(clean)), **CLIP) == clean
    assert clean["items"][0]["text"] == "“Olé”"


@pytest.mark.parametrize(
    "wrong", [True, "0.5", None, [], {}, math.nan, math.inf, -math.inf, -0.01, 1.01, 10**400]
)
def test_a_fraction_is_a_number_inside_the_frame(wrong):
    assert errors("framing", framing(x=wrong)) == {"params.keyframes[0].x": ["Must be a number from 0 to 1."]}


@pytest.mark.parametrize("zoom", [0.99, 10.01, "2"])
def test_zoom_has_limits(zoom):
    assert list(errors("framing", framing(zoom=zoom))) == ["params.keyframes[0].zoom"]


@pytest.mark.parametrize("times", [[0, 0], [1, 0.5], [0, 1, 1]])
def test_keyframes_are_in_order(times):
    found = errors("overlay", {"keyframes": [{"time_seconds": time} for time in times]})
    assert list(found) == [f"params.keyframes[{len(times) - 1}].time_seconds"]


@pytest.mark.parametrize("time", [-0.1, 2.1, True, None])
def test_keyframes_are_within_the_clip(time):
    assert list(errors("framing", framing(time_seconds=time))) == ["params.keyframes[0].time_seconds"]


def test_a_client_may_round_the_last_millisecond_up():
    params = framing(time_seconds=2.0009)
    assert validate_params("framing", params, **CLIP)["keyframes"][0]["time_seconds"] == 2.0


@pytest.mark.parametrize(
    ("export_type", "params", "field"),
    [
        ("framing", [], "params"),
        ("framing", None, "params"),
        ("framing", {"aspect": "2:1"}, "params.aspect"),
        ("framing", {"aspect": ["9:16"]}, "params.aspect"),
        ("framing", {"keyframes": {}}, "params.keyframes"),
        ("framing", {"keyframes": [5]}, "params.keyframes[0]"),
        ("framing", {"keyframes": [{}]}, "params.keyframes[0].time_seconds"),
        ("framing", {"keyframes": [{"time_seconds": 0}] * 501}, "params.keyframes"),
        ("framing", {"zoom": 2}, "params.zoom"),
        ("overlay", {"dim": 1.5}, "params.dim"),
        ("overlay", {"keyframes": [{"time_seconds": 0, "radius": 0}]}, "params.keyframes[0].radius"),
        ("annotate", {"items": [{}]}, "params.items[0].kind"),
        ("annotate", {"items": [{"kind": "circle"}] * 201}, "params.items"),
        ("annotate", item("text"), "params.items[0].text"),
        ("annotate", item("text", text=" "), "params.items[0].text"),
        ("annotate", item("text", text="a\nb"), "params.items[0].text"),
        ("annotate", item("text", text="\ud800"), "params.items[0].text"),
        ("annotate", item("text", text="日本"), "params.items[0].text"),
        ("annotate", item("text", text="x" * 201), "params.items[0].text"),
        ("annotate", item("text", text="x" * 1_000_000), "params.items[0].text"),
        ("annotate", item("arrow", to_x=0.5, to_y=0.5), "params.items[0].to_x"),
        ("annotate", item("arrow", to_x=0.9), "params.items[0].to_y"),
        ("annotate", item("rectangle", x=0.9, y=0, width=0.2, height=0.1), "params.items[0].width"),
        ("annotate", item(start_seconds=1, end_seconds=1), "params.items[0].end_seconds"),
        ("annotate", item(color="red"), "params.items[0].color"),
        ("annotate", item(color="#12345"), "params.items[0].color"),
        ("annotate", item(text="no"), "params.items[0].text"),
        ("upscale", {"factor": 3}, "params.factor"),
        ("upscale", {"factor": 2.0}, "params.factor"),
        ("upscale", {"factor": True}, "params.factor"),
        ("rotate", {}, "type"),
    ],
)
def test_it_names_the_wrong_field(export_type, params, field):
    assert list(errors(export_type, params)) == [field]


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("José Łukasz Ørsted ß Ελλάδα Москва Nguyễn", "José Łukasz Ørsted ß Ελλάδα Москва Nguyễn"),
        ("Jose\u0301 M\u00fc\u006c", "José Mül"),
        ("ＧＯＡＬ 𝐆𝐎", "GOAL GO"),
        ("a\u200b\u200e\ufe0fb", "ab"),
        ("e\u0301" * 200, "é" * 200),
    ],
)
def test_names_are_drawn_as_people_write_them(given, drawn):
    assert validate_params("annotate", item("text", text=given), **CLIP)["items"][0]["text"] == drawn


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("日本 Goal", "Cannot be drawn: 日 本."),
        ("Goal ⚽👍🏽", "Cannot be drawn: ⚽ 🏽 👍."),
        ("👨\u200d👩", "Cannot be drawn: 👨 👩."),
        ("x\u0302", "Cannot be drawn: ◌\u0302."),
        ("\ue000", "Cannot be drawn: U+E000."),
        ("שלום", "from right to left"),
        ("مرحبا 10", "from right to left"),
        ("a\nb", "one line"),
        ("a\u2028b", "one line"),
        ("\u200b", "1 to 200"),
        ("ﷺ" * 50, "1 to 200"),
    ],
)
def test_what_cannot_be_drawn_is_told_by_name(given, told):
    (reason,) = errors("annotate", item("text", text=given))["params.items[0].text"]
    assert told in reason


def test_an_upscale_must_fit():
    assert validate_params("upscale", {"factor": 4}, **(CLIP | {"width": 1920}))
    assert list(errors("upscale", {"factor": 4}, width=1921)) == ["params.factor"]
    assert list(errors("upscale", {}, height=3841)) == ["params.factor"]


def test_many_small_items_are_fine_and_many_huge_ones_at_once_are_not():
    small = [{"kind": "circle", "start_seconds": n / 200} for n in range(200)]
    assert validate_params("annotate", {"items": small}, **CLIP)
    huge = [entry | {"radius": 1} for entry in small]
    assert list(errors("annotate", {"items": huge})) == ["params.items"]


def test_a_huge_answer_is_never_given():
    found = errors("framing", {"x" * 1_000_000: 1} | {f"key{n}": n for n in range(10_000)})
    assert len(str(found)) < 2000


def test_several_faults_are_told_at_once():
    found = errors("framing", {"aspect": 1, "keyframes": [{"time_seconds": 0, "x": 2, "y": -1}]})
    assert set(found) == {"params.aspect", "params.keyframes[0].x", "params.keyframes[0].y"}
