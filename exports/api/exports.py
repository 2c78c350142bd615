"""Exports over HTTP: quote, start, follow, cancel, fetch."""

import contextlib
import re
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exports import jobs, orders, shelf
from exports.api.etag import etag_of
from exports.api.serializers import (
    JobFilter,
    JobMoved,
    JobShape,
    QuoteRequest,
    QuoteShape,
    Rename,
    StartRequest,
)
from exports.clips import names
from exports.errors import NoSuchJob, NoSuchProject
from exports.models import ExportJob
from exports.orders import Order
from reelballers.api.base import Answer, View
from reelballers.api.checked import checked, shown
from reelballers.api.downloads import ranged_file
from reelballers.api.pages import CURSOR, NewestFirst, page_of
from reelballers.api.statuses import OF_FILES, may_answer
from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id
from wallet import ledger
from wallet.models import Debit
from wallet.sources import files_of

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class QuoteView(View):
    @extend_schema(request=QuoteRequest, responses=QuoteShape)
    @may_answer(404)
    def post(self, request: Request) -> HttpResponseBase:
        """What an export would cost, what is missing for it, and whether it would be for nothing."""
        order = _order(request, QuoteRequest)
        user_id = buyer(request)
        with user_db(user_id):
            quoted = orders.quote(order)
            balance_cents = ledger.balance_cents()
        same_as = orders.same_as(user_id, order, quoted)
        return Answer(
            {
                "cost_cents": quoted.cost_cents,
                "balance_cents": balance_cents,
                "shortfall_cents": max(0, quoted.cost_cents - balance_cents),
                "blocks": quoted.blocks,
                "changes_nothing": orders.changes_nothing(order, quoted),
                "same_as": same_as,
            }
        )


class StartView(View):
    @extend_schema(
        request=StartRequest,
        responses={201: JobMoved},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    @may_answer(402, 404, 409)
    def post(self, request: Request) -> HttpResponseBase:
        """Debits the wallet and starts the export; the same key and request again is the same export."""
        order = _order(request, StartRequest)
        user_id = buyer(request)
        job = orders.start_export(user_id=user_id, order=order)
        return Answer(_moved(user_id, job), status=201)


class JobsView(View):
    @extend_schema(responses=page_of(JobShape), operation_id="export_list", parameters=[JobFilter, CURSOR])
    def get(self, request: Request) -> HttpResponseBase:
        """The visitor's exports, newest first, all or those that the filters leave."""
        asked = JobFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user_id = wallet_user_id(request)
        if user_id is None:
            return Answer({"next": None, "previous": None, "results": []})
        pages = NewestFirst()
        with user_db(user_id):
            found = shelf.find(**asked.validated_data)
            page: list[ExportJob] | None = pages.paginate_queryset(found, request, view=self)
            note_refunds(page or [])
        return pages.get_paginated_response([shown(JobShape, job) for job in page or []])


class JobView(View):
    @extend_schema(responses=JobShape)
    @may_answer(304)
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """One export; answers 304 to If-None-Match while nothing has changed."""
        response = Answer(
            shown(JobShape, find_job(request, job_id)), headers={"Cache-Control": "private, no-cache"}
        )
        response["ETag"] = etag = etag_of(response.content)
        return get_conditional_response(request._request, etag=etag, response=response) or response

    @extend_schema(request=Rename, responses=JobShape)
    def patch(self, request: Request, job_id: str) -> HttpResponseBase:
        """Gives an export another name; a blank one keeps the old."""
        asked = Rename(data=request.data)
        asked.is_valid(raise_exception=True)
        shelf.rename(user_id=_file_of(request, job_id), job_id=job_id, name=asked.validated_data["name"])
        return Answer(shown(JobShape, find_job(request, job_id)))

    @extend_schema(responses={204: None})
    @may_answer(409)
    def delete(self, request: Request, job_id: str) -> Response:
        """Deletes an export that has ended, and its file; what it cost stays in the ledger."""
        shelf.delete(user_id=_file_of(request, job_id), job_id=job_id)
        return Response(status=204)


class CancelView(View):
    @extend_schema(request=None, responses=JobMoved)
    @may_answer(409)
    def post(self, request: Request, job_id: str) -> HttpResponseBase:
        """Cancels and refunds an export that has not finished."""
        user_id = _owner(request)
        file_id = jobs.file_of(user_id=user_id, job_id=job_id)
        job = jobs.cancel(user_id=file_id, job_id=job_id)
        return Answer(_moved(user_id, job, file_id))


class OutputView(APIView):
    @extend_schema(responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    @may_answer(*OF_FILES)
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """The finished file; `?download=1` gives it a name to be saved under."""
        job = find_job(request, job_id)
        if not job.has_output or not job.output_path:
            raise NotFound("This export has no file.")
        name = names.file_name(job.shown_name, _what(job)) if "download" in request.GET else None
        return ranged_file(request, job.output_path, content_type="video/mp4", download_as=name)


class JobThumbnailView(APIView):
    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @may_answer(*OF_FILES)
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        job = find_job(request, job_id)
        if not job.has_output or not job.thumbnail_path:
            raise NotFound("This export has no picture.")
        return ranged_file(request, job.thumbnail_path, content_type="image/jpeg")


def _what(job: ExportJob) -> str:
    """What was made, in the words of the app, for a file's name."""
    detail = {"framing": "aspect", "upscale": "factor"}.get(job.type)
    shown = str(job.params.get(detail, "")).replace(":", "x") if detail else ""
    return f"{names.TYPE_NAMES.get(job.type, job.type)} {shown}{'x' if job.type == 'upscale' else ''}".strip()


def find_job(request: Request, job_id: str) -> ExportJob:
    """The one door to a job: the visitor's own with what was refunded of it, or NoSuchJob."""
    for file_id in files_of(_owner(request)):
        with user_db(file_id), contextlib.suppress(NoSuchJob):
            job = jobs.get_job(job_id=job_id)
            job.refunded_cents = ledger.refunded_cents(job.id)
            return job
    raise NoSuchJob


def _file_of(request: Request, job_id: str) -> str:
    return jobs.file_of(user_id=_owner(request), job_id=job_id)


def _owner(request: Request) -> str:
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchJob
    return user_id


def _order(request: Request, shape: type[QuoteRequest]) -> Order:
    facts = checked(shape, request.data)
    key = key_of(request)
    return Order(facts["project_id"], facts["type"], facts["params"], facts.get("cost_cents"), key)


def key_of(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise ValidationError(
            {"Idempotency-Key": ["Send 1 to 200 printable ASCII characters without spaces."]}
        )
    return key


def buyer(request: Request) -> str:
    """Whoever has no wallet has no project either."""
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchProject
    return user_id


def _moved(user_id: str, job: ExportJob, file_id: str = "") -> dict[str, Any]:
    """`file_id`: where the job is, if that is a wallet that became part of the visitor's."""
    with user_db(file_id or user_id):
        job.refunded_cents = ledger.refunded_cents(job.id)
    with user_db(user_id):
        return {**shown(JobShape, job), "new_balance_cents": ledger.balance_cents()}


def note_refunds(page: list[ExportJob]) -> None:
    ids = [job.id for job in page]
    refunded_cents = dict(Debit.objects.filter(pk__in=ids).values_list("job_id", "refunded_cents"))
    for job in page:
        job.refunded_cents = refunded_cents.get(job.id, 0)
