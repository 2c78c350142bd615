"""What parameters are checked with: each check takes one value and says what would have been allowed."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_TEXT_CHARACTERS = 200
MAX_UNKNOWN_KEYS = 5  # reported, so that a huge object does not get a huge answer
COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
MAX_RAW_CHARACTERS = 4 * MAX_TEXT_CHARACTERS  # before accents join their letters
MAX_NAMED_CHARACTERS = 10
VARIATION_SELECTORS = "\ufe0e\ufe0f"
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
    """One line of what the font can draw, accents joined to their letters."""
    raw = value if isinstance(value, str) and len(value) <= MAX_RAW_CHARACTERS else ""
    clean = _drawable_form(raw.strip())
    if not clean or len(clean) > MAX_TEXT_CHARACTERS:
        check.refuse(path, f"Must be a text of 1 to {MAX_TEXT_CHARACTERS} characters.")
    elif why := _why_not(clean):
        check.refuse(path, why)
    else:
        return clean
    return ""


def _drawable_form(value: str) -> str:
    from exports.video.drawn_text import can_draw  # loads Pillow, which only texts need

    # Keyboards add what is never seen: marks of direction, joints between emoji, the choice of an emoji's look.
    seen = (one for one in value if unicodedata.category(one) != "Cf" and one not in VARIATION_SELECTORS)
    composed = unicodedata.normalize("NFC", "".join(seen))
    plain = (one if can_draw(one) else unicodedata.normalize("NFKC", one) for one in composed)
    return unicodedata.normalize("NFC", "".join(plain))


def _why_not(value: str) -> str:
    from exports.video.drawn_text import can_draw

    if any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in value):
        return "Must be one line: no line breaks or control characters."
    if any(unicodedata.bidirectional(one) in {"R", "AL"} for one in value):
        return "Writing from right to left cannot be drawn yet."
    missing = sorted({one for one in value if not can_draw(one)})
    if not missing:
        return ""
    names = " ".join(_name(one) for one in missing[:MAX_NAMED_CHARACTERS])
    return f"Cannot be drawn: {names}. Latin, Greek and Cyrillic letters can."


def _name(character: str) -> str:
    if unicodedata.category(character).startswith("M"):
        return f"◌{character}"  # on the circle that stands for any letter
    return character if character.isprintable() else f"U+{ord(character):04X}"


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
