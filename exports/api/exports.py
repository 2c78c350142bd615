"""Exports over HTTP: quote, start, follow, cancel, fetch."""

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
from reelballers.api.downloads import ranged_file
from reelballers.api.pages import NewestFirst, page_of
from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id
from wallet.models import Debit, Wallet

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class QuoteView(APIView):
    @extend_schema(request=QuoteRequest, responses=QuoteShape)
    def post(self, request: Request) -> Response:
        """What an export would cost, what is missing for it, and whether it would be for nothing."""
        order = _order(request, QuoteRequest)
        user_id = _buyer(request)
        with user_db(user_id):
            quoted = orders.quote(order)
            same_as = orders.same_as(order, quoted)
            balance_cents = Wallet.objects.get().balance_cents
        return Response(
            {
                "cost_cents": quoted.cost_cents,
                "balance_cents": balance_cents,
                "shortfall_cents": max(0, quoted.cost_cents - balance_cents),
                "blocks": quoted.blocks,
                "changes_nothing": orders.changes_nothing(order, quoted),
                "same_as": same_as,
            }
        )


class StartView(APIView):
    @extend_schema(
        request=StartRequest,
        responses={201: JobMoved},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Debits the wallet and starts the export; the same key and request again is the same export."""
        order = _order(request, StartRequest)
        user_id = _buyer(request)
        job = orders.start_export(user_id=user_id, order=order)
        return Response(_moved(user_id, job), status=201)


class JobsView(APIView):
    @extend_schema(responses=page_of(JobShape), operation_id="export_list", parameters=[JobFilter])
    def get(self, request: Request) -> Response:
        """The visitor's exports, newest first, all or those that the filters leave."""
        asked = JobFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user_id = wallet_user_id(request)
        if user_id is None:
            return Response({"next": None, "previous": None, "results": []})
        pages = NewestFirst()
        with user_db(user_id):
            found = shelf.find(**asked.validated_data)
            page: list[ExportJob] | None = pages.paginate_queryset(found, request, view=self)
            data = JobShape(page, many=True, context=_refunds(page)).data
        return pages.get_paginated_response(data)


class JobView(APIView):
    @extend_schema(responses=JobShape)
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """One export; answers 304 to If-None-Match while nothing has changed."""
        job, refunds = find_job(request, job_id)
        data = JobShape(job, context=refunds).data
        etag = etag_of(data)
        response = Response(data, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
        return get_conditional_response(request._request, etag=etag, response=response) or response

    @extend_schema(request=Rename, responses=JobShape)
    def patch(self, request: Request, job_id: str) -> Response:
        """Gives an export another name; a blank one keeps the old."""
        asked = Rename(data=request.data)
        asked.is_valid(raise_exception=True)
        shelf.rename(user_id=_file_of(request, job_id), job_id=job_id, name=asked.validated_data["name"])
        job, refunds = find_job(request, job_id)
        return Response(JobShape(job, context=refunds).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, job_id: str) -> Response:
        """Deletes an export that has ended, and its file; what it cost stays in the ledger."""
        shelf.delete(user_id=_file_of(request, job_id), job_id=job_id)
        return Response(status=204)


class CancelView(APIView):
    @extend_schema(request=None, responses=JobMoved)
    def post(self, request: Request, job_id: str) -> Response:
        """Cancels and refunds an export that has not finished."""
        user_id = _owner(request)
        file_id = jobs.file_of(user_id=user_id, job_id=job_id)
        job = jobs.cancel(user_id=file_id, job_id=job_id)
        return Response(_moved(user_id, job, file_id))


class OutputView(APIView):
    @extend_schema(responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """The finished file; `?download=1` gives it a name to be saved under."""
        job, _ = find_job(request, job_id)
        if not job.has_output or not job.output_path:
            raise NotFound("This export has no file.")
        name = names.file_name(job.shown_name, _what(job)) if "download" in request.GET else None
        return ranged_file(request, job.output_path, content_type="video/mp4", download_as=name)


class JobThumbnailView(APIView):
    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        job, _ = find_job(request, job_id)
        if not job.has_output or not job.thumbnail_path:
            raise NotFound("This export has no picture.")
        return ranged_file(request, job.thumbnail_path, content_type="image/jpeg")


def _what(job: ExportJob) -> str:
    """What was made, in the words of the app, for a file's name."""
    detail = {"framing": "aspect", "upscale": "factor"}.get(job.type)
    shown = str(job.params.get(detail, "")).replace(":", "x") if detail else ""
    return f"{names.TYPE_NAMES.get(job.type, job.type)} {shown}{'x' if job.type == 'upscale' else ''}".strip()


def find_job(request: Request, job_id: str) -> tuple[ExportJob, dict[str, Any]]:
    """The one door to a job: the visitor's own with its refunds, or NoSuchJob."""
    with user_db(_file_of(request, job_id)):
        job = jobs.get_job(job_id=job_id)
        return job, _refunds([job])


def _file_of(request: Request, job_id: str) -> str:
    return jobs.file_of(user_id=_owner(request), job_id=job_id)


def _owner(request: Request) -> str:
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchJob
    return user_id


def _order(request: Request, shape: type[QuoteRequest]) -> Order:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    facts = asked.validated_data
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise ValidationError(
            {"Idempotency-Key": ["Send 1 to 200 printable ASCII characters without spaces."]}
        )
    return Order(facts["project_id"], facts["type"], facts["params"], facts.get("cost_cents"), key)


def _buyer(request: Request) -> str:
    """Whoever has no wallet has no project either."""
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchProject
    return user_id


def _moved(user_id: str, job: ExportJob, file_id: str = "") -> dict[str, Any]:
    """`file_id`: where the job is, if that is a wallet that became part of the visitor's."""
    with user_db(file_id or user_id):
        data = JobShape(job, context=_refunds([job])).data
    with user_db(user_id):
        return {**data, "new_balance_cents": Wallet.objects.get().balance_cents}


def _refunds(page: list[ExportJob] | None) -> dict[str, Any]:
    ids = [job.id for job in page or []]
    return {"refunded_cents": dict(Debit.objects.filter(pk__in=ids).values_list("job_id", "refunded_cents"))}
