"""What operators did, over all of them and all wallets; narrowed by who, what, how it ended and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from operators.acts.kinds import KINDS
from operators.models import OperatorAct
from operators.pages.page import page, require
from operators.spreadsheet import csv_response

ROWS_A_PAGE = 100
COLUMNS = (
    *("confirmed_at", "operator", "kind", "state", "user_id", "of", "amount_cents"),
    *("before_cents", "after_cents", "reason", "said", "id"),
)


def log(request: HttpRequest) -> HttpResponse:
    require(request)
    rows = _chosen(request)
    if request.GET.get("as") == "csv":
        return csv_response("reel-ballers-log.csv", COLUMNS, rows.values_list(*COLUMNS).iterator())
    query = request.GET.copy()
    query.pop("page", None)
    acts = OperatorAct.objects.exclude(state=OperatorAct.State.DRAFT).order_by()
    facts: dict[str, Any] = {
        "rows": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "operators": sorted(set(acts.values_list("operator", flat=True).distinct())),
        "kinds": [(name, kind.title) for name, kind in KINDS.items()],
        "states": [choice for choice in OperatorAct.State.choices if choice[0] != "draft"],
        "titles": {name: kind.title for name, kind in KINDS.items()},
        "chosen": request.GET,
        "query": query.urlencode(),
    }
    return page(request, "log.html", "Log", facts)


def _chosen(request: HttpRequest) -> QuerySet[OperatorAct]:
    rows = OperatorAct.objects.exclude(state=OperatorAct.State.DRAFT)
    for name in ("operator", "kind", "state", "user_id"):
        if value := request.GET.get(name, "").strip():
            rows = rows.filter(**{name: value})
    if since := _day(request.GET.get("since", "")):
        rows = rows.filter(confirmed_at__gte=since)
    if until := _day(request.GET.get("until", "")):
        rows = rows.filter(confirmed_at__lt=until + timedelta(days=1))
    return rows


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
