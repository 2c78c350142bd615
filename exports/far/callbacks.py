"""What an attempt far away fetches and tells us, proven by its ticket instead of a session or an Origin.

Nothing here moves money: the worker reads what an attempt says, looks at the output itself, and decides.
"""

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponseBase
from rest_framework.exceptions import ParseError, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exports import jobs
from exports.attempts import attempt_of
from exports.clips import media
from exports.clips.projects import get_project
from exports.far import orders as far_orders
from exports.far import tickets
from exports.far.tickets import Ticket
from exports.models import ExportJob
from reelballers.api.downloads import ranged_file
from reelballers.user_db import has_user_db, user_db

MAX_WORD_BYTES = 64 * 1024
MAX_OUTPUT_BYTES = 4 * 1024**3
CHUNK_BYTES = 1024 * 1024


class Gone(Exception):
    """The attempt this ticket is for is no longer wanted."""


class _Callback(APIView):
    authentication_classes = []  # the ticket is who they are: no session, no Origin rule
    throttle_classes = []
    schema = None

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, tickets.BadTicket):
            error = PermissionDenied("The signature does not fit.")
        elif isinstance(error, (tickets.TicketExpired, Gone)):
            return Response({"detail": "This attempt is no longer wanted.", "stop": True}, status=410)
        return super().handle_exception(error)


class OrderView(_Callback):
    def get(self, request: Request, ticket: str) -> Response:
        """What to do, with the addresses and the key to do it."""
        found = _address(request, ticket, "order")
        job = wanted_job(found)
        with user_db(found.user_id):
            project = get_project(project_id=job.project_id)
        return Response(far_orders.order_of(attempt_of(found.user_id, job, project), found))


class SourceView(_Callback):
    def get(self, request: Request, ticket: str) -> HttpResponseBase:
        found = _address(request, ticket, "source")
        job = wanted_job(found)
        with user_db(found.user_id):
            project = get_project(project_id=job.project_id)
        return ranged_file(request, project.source_path, content_type="video/mp4")


class OutputPutView(_Callback):
    def put(self, request: Request, ticket: str) -> Response:
        """Takes the attempt's output, whole or not at all, and once: what comes again is read and dropped."""
        found = _address(request, ticket, "output")
        _wanted_without_end(found)
        if not media.is_local():
            raise Http404
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if not 0 < length <= MAX_OUTPUT_BYTES:
            raise RequestDataTooBig
        media.check_disk_reserve()
        prefix = media.attempt_prefix(found.user_id, found.job_id, found.attempt)
        _receive(request, length, media.local_path(f"{prefix}/output.mp4"), found)
        return Response(status=204)


class ProgressView(_Callback):
    def post(self, request: Request, ticket: str) -> Response:
        """How far it is; the answer says whether to go on."""
        found, word = _said(request, ticket, "progress")
        progress, call_id = word.get("progress"), word.get("call_id")
        if isinstance(progress, bool) or not isinstance(progress, int | float):
            raise ParseError("progress must be a number")
        job = wanted_job(found)
        name = call_id[:200] if isinstance(call_id, str) else None
        jobs.note_progress(user_id=found.user_id, job=job, progress=progress, call_id=name)
        return Response({"stop": False})


class EnvelopeView(_Callback):
    def post(self, request: Request, ticket: str) -> Response:
        """How it ended: kept for the worker. Twice is once."""
        found, word = _said(request, ticket, "envelope")
        jobs.note_envelope(user_id=found.user_id, job=wanted_job(found), envelope=word)
        return Response({"stop": True})


def wanted_job(ticket: Ticket) -> ExportJob:
    """The job if it is open and at the ticket's attempt. Raises Gone."""
    if not has_user_db(ticket.user_id):
        raise Gone
    with user_db(ticket.user_id):
        job = ExportJob.objects.filter(pk=ticket.job_id, attempt=ticket.attempt).first()
    if job is None or not job.is_open:
        raise Gone
    return job


def _wanted_without_end(ticket: Ticket) -> None:
    """A late duplicate must not change an output that is being looked at."""
    if wanted_job(ticket).envelope is not None:
        raise Gone


def _address(request: Request, ticket: str, purpose: str) -> Ticket:
    return tickets.read_address(ticket, purpose, request.query_params.get("signature", ""))


def _said(request: Request, ticket: str, action: str) -> tuple[Ticket, dict[str, Any]]:
    raw = request._request.read(MAX_WORD_BYTES + 1)
    if len(raw) > MAX_WORD_BYTES:
        raise RequestDataTooBig
    found = tickets.read_callback(ticket, action, raw, request.headers.get("X-Signature", ""))
    try:
        word = json.loads(raw)
        # What our database would refuse later: NaN, infinity, half a surrogate pair.
        json.dumps(word, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ParseError("The body is not JSON.") from error
    if not isinstance(word, dict):
        raise ParseError("The body is not an object.")
    return found, word


def _receive(request: Request, length: int, path: Path, ticket: Ticket) -> None:
    part = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"output-{secrets.token_hex(8)}"
    try:
        with part.open("xb") as file:
            while chunk := request._request.read(CHUNK_BYTES):
                file.write(chunk)
            if file.tell() != length:
                raise ParseError("The body ended early.")
            file.flush()
            os.fsync(file.fileno())
        _wanted_without_end(ticket)  # again: it took a while
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # a second run of the same input: the first output stays
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
