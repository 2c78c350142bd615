"""Template filters of the sandbox's pages."""

from datetime import UTC, datetime

from django import template

register = template.Library()


@register.filter
def money(amount_cents: int | None, currency: str = "usd") -> str:
    """500 → `$5.00`; another currency → `5.00 EUR`."""
    if amount_cents is None:
        return "–"
    text = f"{abs(amount_cents) // 100:,}.{abs(amount_cents) % 100:02d}"
    sign = "−" if amount_cents < 0 else ""
    return f"{sign}${text}" if currency == "usd" else f"{sign}{text} {currency.upper()}"


@register.filter
def clock(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M:%S")


@register.filter
def short(stripe_id: str) -> str:
    """A session's 66 characters do not fit a column."""
    return stripe_id if len(stripe_id) <= 30 else f"{stripe_id[:14]}…{stripe_id[-6:]}"
