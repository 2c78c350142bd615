"""Checks and completes the parameters of an export: the one gate between a visitor's JSON and ffmpeg."""

import copy
import itertools
import math
from collections.abc import Callable
from typing import Any

from exports.video.checks import (
    REQUIRED,
    Check,
    Field,
    check_list,
    check_object,
    color,
    number,
    one_of,
    seconds,
    text,
)
from exports.video.scenes import drawn_frames

EXPORT_TYPES = ("framing", "overlay", "annotate", "upscale")
ASPECTS = {"9:16": (1080, 1920), "1:1": (1080, 1080), "4:5": (1080, 1350), "16:9": (1920, 1080)}
KINDS = ("text", "arrow", "circle", "rectangle")
FACTORS = (2, 4)
MAX_KEYFRAMES = 500
MAX_ITEMS = 200
MAX_DRAWN_FRAMES = 1500  # drawing one takes as long as encoding a few
MAX_OUTPUT_SIDE_PIXELS = 7680
MIN_TRIM_MS = 500
END_SLACK_SECONDS = 0.05
DEFAULT_COLOR = "#ffd400"


class InvalidParams(Exception):
    """`errors` maps a path such as "params.keyframes[1].time_seconds" to sentences saying what is allowed."""

    def __init__(self, errors: dict[str, list[str]]):
        super().__init__("; ".join(f"{path}: {' '.join(texts)}" for path, texts in errors.items()))
        self.errors = errors


def validate_params(
    export_type: str, params: Any, *, duration_ms: int, width: int, height: int
) -> dict[str, Any]:
    """`params` with every default filled in, as plain JSON; raises InvalidParams naming each wrong field.

    `width` and `height` are the clip's as shown (after rotation). `{}` is valid for every type, unless the
    clip itself is too large for it.
    """
    if export_type not in EXPORT_TYPES:
        raise InvalidParams({"type": [f"Must be one of {', '.join(EXPORT_TYPES)}."]})
    check = Check(duration_ms, width, height)
    clean = check_object(check, "params", params, {**_SHAPES[export_type], "trim": (_trim, None)})
    if clean.get("trim") is None:
        clean.pop("trim", None)  # not stored: the same work as before there were trims
    elif not check.errors:
        _check_within(check, clean.get("items", []), clean["trim"])
    if check.errors:
        raise InvalidParams(check.errors)
    return clean


def trimmed_ms(params: dict[str, Any], duration_ms: int) -> int:
    """How long the film is that complete `params` make of a clip."""
    trim = params.get("trim")
    return round((trim["end_seconds"] - trim["start_seconds"]) * 1000) if trim else duration_ms


def _trim(check: Check, path: str, value: Any) -> dict[str, float] | None:
    """None for the whole clip, whether said or left out."""
    if value is None:
        return None
    clean = check_object(
        check, path, value, {"start_seconds": (seconds, REQUIRED), "end_seconds": (_end, REQUIRED)}
    )
    if check.errors:
        return None
    # In whole milliseconds, as lengths are sold: 0.1 + 0.5 is a little more than 0.6.
    start_ms, end_ms = (round(clean[name] * 1000) for name in ("start_seconds", "end_seconds"))
    if (start_ms, end_ms) == (0, check.duration_ms):
        return None
    if end_ms - start_ms < MIN_TRIM_MS:
        check.refuse(
            f"{path}.end_seconds", f"Must be at least {MIN_TRIM_MS / 1000:g} seconds after start_seconds."
        )
    return {"start_seconds": start_ms / 1000, "end_seconds": end_ms / 1000}


def _end(check: Check, path: str, value: Any) -> float:
    """A player's clock may run a little past what was measured."""
    high = check.duration_ms / 1000
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return seconds(check, path, high if is_number and high < value <= high + END_SLACK_SECONDS else value)


def _check_within(check: Check, items: list[dict[str, Any]], trim: dict[str, float]) -> None:
    for index, item in enumerate(items):
        if item["end_seconds"] <= trim["start_seconds"] or item["start_seconds"] >= trim["end_seconds"]:
            check.refuse(f"params.items[{index}].start_seconds", "Is shown only outside the trimmed part.")


def defaults(export_type: str) -> dict[str, Any]:
    """What `{}` means for a type."""
    return {key: copy.copy(default) for key, (_, default) in _SHAPES[export_type].items()}


def _keyframes(shape: dict[str, Field]) -> Callable[[Check, str, Any], list[dict[str, Any]]]:
    def check_keyframes(check: Check, path: str, value: Any) -> list[dict[str, Any]]:
        entries = check_list(check, path, value, MAX_KEYFRAMES)
        clean = [check_object(check, f"{path}[{index}]", entry, shape) for index, entry in enumerate(entries)]
        if not check.errors:
            _check_order(check, path, clean)
        return clean

    return check_keyframes


def _check_order(check: Check, path: str, keyframes: list[dict[str, Any]]) -> None:
    for index, (before, after) in enumerate(itertools.pairwise(keyframes), start=1):
        if after["time_seconds"] - before["time_seconds"] < 0.0005:
            check.refuse(f"{path}[{index}].time_seconds", "Must be later than the keyframe before it.")


def _items(check: Check, path: str, value: Any) -> list[dict[str, Any]]:
    entries = check_list(check, path, value, MAX_ITEMS)
    items = [_item(check, f"{path}[{index}]", entry) for index, entry in enumerate(entries)]
    if not check.errors and drawn_frames(items, check.height / check.width) > MAX_DRAWN_FRAMES:
        check.refuse(path, "Too many large items are shown at the same time. Use fewer or smaller ones.")
    return items


def _item(check: Check, path: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        check.refuse(path, "Must be an object.")
        return {}
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        check.refuse(f"{path}.kind", f"Must be one of {', '.join(KINDS)}.")
        return {}
    known = len(check.errors)
    item = check_object(check, path, value, _COMMON | _OWN[kind])
    if len(check.errors) == known:
        _check_item(check, path, item)
    return item


def _check_item(check: Check, path: str, item: dict[str, Any]) -> None:
    """What only shows when the fields are seen together."""
    if item["end_seconds"] is None:
        item["end_seconds"] = check.duration_ms / 1000
    if item["end_seconds"] <= item["start_seconds"]:
        check.refuse(f"{path}.end_seconds", "Must be later than start_seconds.")
    if item["kind"] == "rectangle":
        for corner, extent in (("x", "width"), ("y", "height")):
            if item[corner] + item[extent] > 1 + 1e-9:
                check.refuse(
                    f"{path}.{extent}", f"Must end inside the frame: {corner} + {extent} is at most 1."
                )
    if item["kind"] == "arrow" and math.dist((item["x"], item["y"]), (item["to_x"], item["to_y"])) < 0.005:
        check.refuse(f"{path}.to_x", "Must be away from where the arrow starts.")


def _factor(check: Check, path: str, value: Any) -> int:
    factor = one_of(FACTORS)(check, path, value)
    _check_factor(check, path, factor)
    return factor


def _check_factor(check: Check, path: str, factor: int) -> None:
    longest = max(check.width, check.height)
    if longest * factor > MAX_OUTPUT_SIDE_PIXELS:
        check.refuse(
            path, f"Would make {longest * factor} pixels; the longest side may have {MAX_OUTPUT_SIDE_PIXELS}."
        )


_FRACTION = number(0, 1)
_SHAPES: dict[str, dict[str, Field]] = {
    "framing": {
        "aspect": (one_of(tuple(ASPECTS)), "9:16"),
        "keyframes": (
            _keyframes(
                {
                    "time_seconds": (seconds, REQUIRED),
                    "x": (_FRACTION, 0.5),
                    "y": (_FRACTION, 0.5),
                    "zoom": (number(1, 10), 1.0),
                }
            ),
            [],
        ),
    },
    "overlay": {
        "keyframes": (
            _keyframes(
                {
                    "time_seconds": (seconds, REQUIRED),
                    "x": (_FRACTION, 0.5),
                    "y": (_FRACTION, 0.5),
                    "radius": (number(0.01, 1), 0.15),
                }
            ),
            [],
        ),
        "dim": (_FRACTION, 0.6),
    },
    "annotate": {"items": (_items, [])},
    "upscale": {"factor": (_factor, 2)},
}


def _optional_seconds(check: Check, path: str, value: Any) -> float | None:
    return None if value is None else seconds(check, path, value)


_COMMON: dict[str, Field] = {
    "kind": (one_of(KINDS), REQUIRED),
    "start_seconds": (seconds, 0.0),
    "end_seconds": (_optional_seconds, None),
    "x": (_FRACTION, 0.5),
    "y": (_FRACTION, 0.5),
    "color": (color, DEFAULT_COLOR),
}
_THICKNESS: Field = (number(0.001, 0.05), 0.006)
_OWN: dict[str, dict[str, Field]] = {
    "text": {"text": (text, REQUIRED), "size": (number(0.02, 0.5), 0.08)},
    "arrow": {
        "to_x": (_FRACTION, REQUIRED),
        "to_y": (_FRACTION, REQUIRED),
        "thickness": _THICKNESS,
    },
    "circle": {"radius": (number(0.005, 1), 0.1), "thickness": _THICKNESS},
    "rectangle": {
        "width": (number(0.005, 1), REQUIRED),
        "height": (number(0.005, 1), REQUIRED),
        "thickness": _THICKNESS,
    },
}
