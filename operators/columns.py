"""Columns of Django's lists as the desk shows them: what decides first, ids short, money in dollars, times in UTC."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from operators.words import dollars, short

Column = Any  # what Django's stubs take for a column: not every callable


def wallet_link(user_id: str) -> str:
    if not user_id:
        return "–"
    url = reverse("admin:wallet_page", args=[user_id])
    return format_html('<a class="id" href="{}">{}…</a>', url, user_id[:8])


def wallet(field: str = "user_id") -> Column:
    return _named("wallet", "Wallet", field, lambda row: wallet_link(getattr(row, field)))


def job(field: str = "job_id") -> Column:
    def shown(row: Any) -> str:
        job_id = getattr(row, field)
        return format_html(
            '<a class="id" href="{}">{}</a>', reverse("admin:job", args=[job_id]), short(job_id)
        )

    return _named("job", "Job", field, shown)


def identity(field: str, words: str) -> Column:
    """An id's two ends; the whole one when pointed at."""

    def shown(row: Any) -> str:
        value = getattr(row, field) or ""
        return format_html('<span class="id" title="{}">{}</span>', value, short(value) or "–")

    return _named(f"short_{field}", words, field, shown)


def money(field: str, words: str) -> Column:
    def shown(row: Any) -> str:
        return format_html('<span class="num">{}</span>', dollars(getattr(row, field)))

    return _named(f"dollars_{field}", words, field, shown)


def when(field: str, words: str) -> Column:
    def shown(row: Any) -> str:
        at: datetime | None = getattr(row, field)
        return format_html('<span class="nw">{}</span>', f"{at:%-d %b %Y, %H:%M:%S}") if at else "–"

    return _named(f"utc_{field}", words, field, shown)


def chip(field: str, words: str, tones: dict[str, str]) -> Column:
    """A state in its colour, in the words of its choices."""

    def shown(row: Any) -> str:
        value = str(getattr(row, field))
        display = getattr(row, f"get_{field}_display", None)
        text = display() if display else value.replace("_", " ")
        return format_html('<span class="chip {}">{}</span>', tones.get(value, ""), text)

    return _named(f"chip_{field}", words, field, shown)


def _named(name: str, words: str, ordering: str, shown: Callable[[Any], str]) -> Column:
    column = admin.display(description=words, ordering=ordering)(shown)
    column.__name__ = name
    return column
