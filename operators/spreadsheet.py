"""CSV that a spreadsheet opens as it was meant: UTF-8 with BOM, and no text that runs as a formula."""

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

from wallet.api.cells import harmless


def csv_response(filename: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    out = csv.writer(response)
    out.writerow(columns)
    out.writerows([harmless(value) for value in row] for row in rows)
    return response
