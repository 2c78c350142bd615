"""A month's statement as CSV, for people and their accountants."""

import csv
import io
import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id
from wallet.api.cells import harmless
from wallet.models import LedgerEntry

COLUMNS = ["date", "description", "change_cents", "balance_after_cents", "job_id", "note"]
BOM = "\ufeff"  # without it Excel takes UTF-8 for an old code page


class StatementView(APIView):
    @extend_schema(
        responses={(200, "text/csv"): OpenApiTypes.STR},
        parameters=[
            OpenApiParameter("month", str, required=True, description="YYYY-MM, in the time zone"),
            OpenApiParameter("tz", str, description="IANA name such as Europe/Berlin; UTC unless given"),
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        """Opening balance, every movement of the month, closing balance; head and columns name the time zone."""
        month = request.query_params.get("month", "")
        zone_name = request.query_params.get("tz", "UTC")
        zone = zone_of(zone_name)
        first, after = month_bounds(month, zone)
        user_id = wallet_user_id(request)
        rows = [] if user_id is None else _lines_until(user_id, after)
        text = BOM + render(month, rows, first, zone_name)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="reel-ballers-{month}.csv"'
        return response


def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name. Raises ValidationError."""
    if name == "UTC":
        return UTC  # known without any data
    if name not in _zone_names():
        raise ValidationError({"tz": ["Give a time zone by its IANA name, for example Europe/Berlin."]})
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    """Read once: that opens hundreds of files."""
    return frozenset(available_timezones())


def month_bounds(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first instant of a month and of the next. Raises ValidationError."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month, re.ASCII)
    if found is None:
        raise ValidationError({"month": ["Give a month as YYYY-MM, for example 2026-11."]})
    year, number = int(found[1]), int(found[2])
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def render(month: str, lines: list[LedgerEntry], first: datetime, zone_name: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Reel Ballers statement", month, f"Time zone: {zone_name}", "Amounts in US cents", "", ""]
    )
    writer.writerow([f"{COLUMNS[0]} ({zone_name})", *COLUMNS[1:]])
    # Summed, not read off the lines: an earlier wallet's need not be in the order of their times.
    opening_cents = sum(line.change_cents for line in lines if line.created_at < first)
    closing_cents = sum(line.change_cents for line in lines)
    within = [line for line in lines if line.created_at >= first]
    writer.writerow([f"{month}-01", "Opening balance", "", opening_cents, "", ""])
    for line in within:
        at = line.created_at.astimezone(first.tzinfo).strftime("%Y-%m-%d %H:%M:%S")
        facts = [
            line.get_reason_display(),
            line.change_cents,
            line.balance_after_cents,
            line.job_id or "",
            line.note,
        ]
        writer.writerow([at, *(harmless(fact) for fact in facts)])
    writer.writerow([month, "Closing balance", "", closing_cents, "", ""])
    return text.getvalue()


def _lines_until(user_id: str, after: datetime) -> list[LedgerEntry]:
    with user_db(user_id):
        return list(LedgerEntry.objects.filter(created_at__lt=after).order_by("id"))
