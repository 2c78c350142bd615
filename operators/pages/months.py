"""The accountant's page: every month, what Stripe says beside it, what is closed and what has drifted since."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from operators import months
from operators.models import ClosedMonth
from operators.pages.page import page, require
from operators.spreadsheet import csv_response


@dataclass(frozen=True)
class Row:
    now: months.Month
    closed: ClosedMonth | None
    drift: list[str]
    is_over: bool

    @property
    def shown(self) -> months.Month:
        """As it was closed, if it was."""
        if self.closed is None:
            return self.now
        return months.Month(**{**self.closed.figures, "month": self.now.month})


def months_page(request: HttpRequest) -> HttpResponse:
    require(request)
    may_close = request.user.has_perm("operators.close_months")
    return page(request, "months.html", "Months", {"rows": _rows(), "may_close": may_close})


def months_csv(request: HttpRequest) -> HttpResponse:
    """In cents, the same figures and their hash."""
    require(request)
    lines = [
        [
            f"{row.now.month:%Y-%m}",
            *(getattr(row.shown, name) for name in months.AMOUNTS),
            "closed" if row.closed else "open",
            row.closed.hash if row.closed else "",
        ]
        for row in _rows()
    ]
    columns = ["month", *(f"{name}_cents" for name in months.AMOUNTS), "state", "hash"]
    return csv_response("reel-ballers-months.csv", columns, lines)


def _rows() -> list[Row]:
    closed = ClosedMonth.objects.in_bulk()
    now = timezone.now()
    return [
        Row(
            row,
            closed.get(row.month),
            months.drift(closed[row.month], row) if row.month in closed else [],
            is_over=now >= months.end_of(row.month),
        )
        for row in months.months()
    ]
