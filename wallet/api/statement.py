"""A month's statement as CSV, for people and their accountants."""

import csv
import io
import re
from datetime import UTC, datetime

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id
from wallet.models import LedgerEntry

COLUMNS = ["date", "description", "change_cents", "balance_after_cents", "job_id", "note"]


class StatementView(APIView):
    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("month", str, required=True, description="YYYY-MM, in UTC")],
    )
    def get(self, request: Request) -> HttpResponse:
        """Opening balance, every movement of the month, closing balance."""
        month = request.query_params.get("month", "")
        first, after = month_bounds(month)
        user_id = wallet_user_id(request)
        rows = [] if user_id is None else _lines_until(user_id, after)
        response = HttpResponse(render(month, rows, first), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="reel-ballers-{month}.csv"'
        return response


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first instant of a month and of the next, UTC. Raises ValidationError."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month, re.ASCII)
    if found is None:
        raise ValidationError({"month": ["Give a month as YYYY-MM, for example 2026-11."]})
    year, number = int(found[1]), int(found[2])
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


def render(month: str, lines: list[LedgerEntry], first: datetime) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    # Summed, not read off the lines: an earlier wallet's need not be in the order of their times.
    opening_cents = sum(line.change_cents for line in lines if line.created_at < first)
    closing_cents = sum(line.change_cents for line in lines)
    within = [line for line in lines if line.created_at >= first]
    writer.writerow([f"{month}-01", "Opening balance", "", opening_cents, "", ""])
    for line in within:
        at = line.created_at.strftime("%Y-%m-%d %H:%M:%S")
        facts = [
            line.get_reason_display(),
            line.change_cents,
            line.balance_after_cents,
            line.job_id or "",
            line.note,
        ]
        writer.writerow([at, *(_harmless(fact) for fact in facts)])
    writer.writerow([month, "Closing balance", "", closing_cents, "", ""])
    return text.getvalue()


def _lines_until(user_id: str, after: datetime) -> list[LedgerEntry]:
    with user_db(user_id):
        return list(LedgerEntry.objects.filter(created_at__lt=after).order_by("id"))


def _harmless(fact: object) -> object:
    """A text that a spreadsheet would run as a formula is quoted."""
    return "'" + fact if isinstance(fact, str) and fact[:1] in {"=", "+", "-", "@"} else fact
