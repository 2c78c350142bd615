"""What parameters are checked with: each check takes one value and says what would have been allowed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_TEXT_CHARACTERS = 200
MAX_UNKNOWN_KEYS = 5  # reported, so that a huge object does not get a huge answer
COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
PLAINER = str.maketrans("‘’“”–—\u2212", "''\"\"---")  # what phones type for what the font has
REQUIRED = object()


@dataclass
class Check:
    """Collects what is wrong, and knows the clip that the parameters are for."""

    duration_ms: int
    width: int
    height: int
    errors: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, path: str, text: str) -> None:
        self.errors.setdefault(path, []).append(text)


Field = tuple[Callable[[Check, str, Any], Any], Any]  # how to check a value, its default


def number(low: float, high: float) -> Callable[[Check, str, Any], float]:
    """A finite JSON number between `low` and `high`, both allowed."""

    def check_number(check: Check, path: str, value: Any) -> float:
        text = f"Must be a number from {low:g} to {high:g}."
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            check.refuse(path, text)  # NaN fails the comparison too
            return low
        return float(value)

    return check_number


def seconds(check: Check, path: str, value: Any) -> float:
    """A time within the clip; a client may have rounded the last millisecond up."""
    high = check.duration_ms / 1000
    if isinstance(value, int | float) and not isinstance(value, bool) and high < value <= high + 0.001:
        value = high
    return number(0, high)(check, path, value)


def one_of(choices: tuple[Any, ...]) -> Callable[[Check, str, Any], Any]:
    def check_choice(check: Check, path: str, value: Any) -> Any:
        if type(value) is not type(choices[0]) or value not in choices:
            check.refuse(path, f"Must be one of {', '.join(str(choice) for choice in choices)}.")
            return choices[0]
        return value

    return check_choice


def color(check: Check, path: str, value: Any) -> str:
    if not isinstance(value, str) or not COLOR.fullmatch(value):
        check.refuse(path, "Must be a colour such as #fff or #ffd400.")
        return ""
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def text(check: Check, path: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT_CHARACTERS:
        check.refuse(path, f"Must be a text of 1 to {MAX_TEXT_CHARACTERS} characters.")
        return ""
    if any(unicodedata.category(character).startswith("C") for character in value):
        check.refuse(path, "Must not contain control characters or line breaks.")
        return ""
    value = unicodedata.normalize("NFKC", value).translate(PLAINER)
    if missing := _undrawable(value):
        check.refuse(path, f"Has characters that cannot be drawn: {missing}. Use plain Latin letters.")
        return ""
    return value.strip()


def _undrawable(value: str) -> str:
    from exports.video.drawn_text import can_draw  # loads Pillow, which only texts need

    return " ".join(sorted({character for character in value if not can_draw(character)})[:10])


def check_object(check: Check, path: str, value: Any, shape: dict[str, Field]) -> dict[str, Any]:
    """The object with its defaults, every field checked and no field unknown."""
    if not isinstance(value, dict):
        check.refuse(path, "Must be an object.")
        return {}
    for key in [key for key in value if key not in shape][:MAX_UNKNOWN_KEYS]:
        check.refuse(f"{path}.{_shorten(key)}", f"Is not known here. Allowed: {', '.join(shape)}.")
    clean = {}
    for key, (check_value, default) in shape.items():
        given = value.get(key, default)
        if given is REQUIRED:
            check.refuse(f"{path}.{key}", "Is required.")
        else:
            # Defaults are checked as well: one may be wrong for this clip (a factor that makes it too large).
            clean[key] = check_value(check, f"{path}.{key}", given)
    return clean


def _shorten(key: Any) -> str:
    """A key of 1 MB must not come back in the answer."""
    text = re.sub(r"[^\w-]", "?", str(key)[:41])
    return text if len(text) <= 40 else text[:40] + "…"


def check_list(check: Check, path: str, value: Any, limit: int) -> list[Any]:
    """The list, or nothing when it is none or too long (its entries are then not looked at)."""
    if not isinstance(value, list):
        check.refuse(path, "Must be a list.")
        return []
    if len(value) > limit:
        check.refuse(path, f"Must have at most {limit} entries.")
        return []
    return value
