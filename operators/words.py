"""Amounts and ids as operators read them."""

from typing import Any

MINUS = "−"


def number(value: int | None) -> str:
    """1,234 with a minus sign that is as wide as a digit."""
    if value is None:
        return "–"
    return f"{MINUS if value < 0 else ''}{abs(value):,}"


def signed(value: int) -> str:
    return f"+{value:,}" if value > 0 else number(value)


def credits(value: int) -> str:
    return f"{number(value)} credit{'' if abs(value) == 1 else 's'}"


def dollars(cents: int | None) -> str:
    if cents is None:
        return "–"
    return f"{MINUS if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def short(value: Any) -> str:
    """The part of an id that people compare; the whole one is in the link or the copy button."""
    text = str(value or "")
    return text if len(text) <= 20 else f"{text[:12]}…{text[-4:]}"
