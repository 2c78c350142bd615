"""Ordering an export: what it costs, whether it may start, and the one transaction that sells it."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from exports import pricing
from exports.clips.names import TYPE_NAMES
from exports.clips.projects import get_project
from exports.errors import (
    BadParams,
    ExportError,
    FailsEveryTime,
    IntentExpired,
    KeyReused,
    NoSuchJob,
    NoSuchProject,
    PriceRose,
    TooManyCancels,
    TooManyOpenJobs,
)
from exports.facts import Facts, look
from exports.models import ExportBatch, ExportJob, Project, State, new_id
from exports.shared.models import OpenJob
from exports.video import effect
from exports.video.params import InvalidParams, trimmed_ms, validate_params
from reelballers.one_writer import one_writer
from reelballers.user_db import user_db, user_transaction
from reelballers.user_db.rows import Prepared, insert
from wallet import ledger
from wallet.errors import InsufficientFunds, WalletError, WalletFrozen
from wallet.sources import files_of, sources_of

MAX_OWN_FAILURES = 3

_BY_KEY = Prepared(ExportJob, "idempotency_key = ?")
_BATCH_BY_KEY = Prepared(ExportBatch, "idempotency_key = ?")


@dataclass(frozen=True)
class Order:
    """What a visitor asks for. `accepted_cents` is the most they accept to pay, None for any price."""

    project_id: str
    type: str
    params: dict[str, Any]
    accepted_cents: int | None = None
    idempotency_key: str | None = None

    @property
    def hash(self) -> str:
        """The same key must come with the same request, as it was sent."""
        return digest([self.project_id, self.type, self.params, self.accepted_cents])


@dataclass(frozen=True)
class Quote:
    project: Project
    params: dict[str, Any]  # complete and checked
    duration_ms: int  # of the film
    blocks: int
    cost_cents: int


def quote(order: Order) -> Quote:
    """Prices an order for the current user. Raises NoSuchProject, BadParams."""
    project = get_project(project_id=order.project_id)
    try:
        params = validate_params(
            order.type,
            order.params,
            duration_ms=project.duration_ms,
            width=project.width,
            height=project.height,
        )
    except InvalidParams as error:
        raise BadParams(error.errors) from error
    duration_ms = trimmed_ms(params, project.duration_ms)
    cost_cents = pricing.price_cents(order.type, duration_ms)
    return Quote(project, params, duration_ms, pricing.blocks(duration_ms), cost_cents)


def changes_nothing(order: Order, quoted: Quote) -> bool:
    """Whether the export would show nothing else than the clip."""
    size = {"width": quoted.project.width, "height": quoted.project.height}
    return effect.changes_nothing(order.type, quoted.params, **size)


def same_as(user_id: str, order: Order, quoted: Quote) -> str | None:
    """The user's latest export of this very work whose file is still there, also one of a wallet they took in."""
    for file_id in files_of(user_id):
        with user_db(file_id):
            same = ExportJob.objects.filter(request_hash=work_hash(order, quoted))
            there = same.filter(state=State.SUCCEEDED, output_deleted_at__isnull=True)
            if (job_id := there.order_by("-created_at").values_list("pk", flat=True).first()) is not None:
                return job_id
    return None


def start_export(*, user_id: str, order: Order) -> ExportJob:
    """Sells an export: index row first, then job and debit in one transaction. The worker does the rest.

    Raises NoSuchProject, BadParams, PriceRose, KeyReused, TooManyOpenJobs, FailsEveryTime, TooManyCancels,
    InsufficientFunds, WalletFrozen, IntentExpired; then nothing was written and the key stays free.
    """
    if (job := _sold_in_a_source(user_id, order)) is not None:
        return job
    with user_db(user_id):
        if (first := _job_of_key(order)) is not None:
            return first
        quoted = quote(order)
        job = new_job(order, quoted)
        facts = look(work_hash=job.request_hash, project_id=job.project_id, job_id=job.id)
        try:
            _check(order, quoted, facts)  # refused here, `default` is not written at all
        except (ExportError, WalletError):
            # The same request may have been sold between the two looks: then its money is gone, not missing.
            if (first := _job_of_key(order)) is not None:
                return first
            raise
    with one_writer():
        OpenJob.announce(job_id=job.id, user_id=user_id)
    try:
        sold = _sell(user_id, order, quoted, job)
    except (ExportError, WalletError):
        # Refusals only: after anything else the job may be sold, and the row is how the worker finds out.
        forget([job])
        raise
    if sold.id != job.id:
        forget([job])  # the same key was faster on another connection
    return sold


def forget(jobs: list[ExportJob]) -> None:
    """Without luck the worker's tombstone does it later: the answer to the visitor stands either way."""
    with contextlib.suppress(OperationalError):
        OpenJob.objects.filter(pk__in=[job.id for job in jobs]).delete()


def _sell(user_id: str, order: Order, quoted: Quote, job: ExportJob) -> ExportJob:
    with user_transaction(user_id):
        if (first := _job_of_key(order)) is not None:
            return first
        facts = look(work_hash=job.request_hash, project_id=job.project_id, job_id=job.id)
        _check(order, quoted, facts)
        sell_now(job, quoted, facts)
    return job


def sell_now(job: ExportJob, quoted: Quote, facts: Facts) -> None:
    """The debit and the job, in the caller's transaction. Raises NoSuchProject, IntentExpired."""
    if not facts.has_project:
        raise NoSuchProject  # deleted since: nothing is sold
    if facts.has_job:
        raise IntentExpired  # this took so long that the worker wrote its tombstone
    note = f"{TYPE_NAMES[job.type]} of {quoted.project.name}"[:200]
    ledger.debit(job_id=job.id, cost_cents=job.cost_cents, note=note)
    insert(job)


def _job_of_key(order: Order) -> ExportJob | None:
    if order.idempotency_key is None:
        return None
    if _BATCH_BY_KEY.first(order.idempotency_key) is not None:
        raise KeyReused
    job = _BY_KEY.first(order.idempotency_key)
    if job is not None and job.idempotency_hash != order.hash:
        raise KeyReused
    if job is not None and job.deleted_at is not None:
        raise NoSuchJob  # sold, paid and thrown away: a late repetition must not sell it again
    return job


def _sold_in_a_source(user_id: str, order: Order) -> ExportJob | None:
    """A key that bound a request in a wallet that became part of this one binds it still."""
    for source_id in sources_of(user_id) if order.idempotency_key is not None else ():
        with user_db(source_id):
            if (job := _job_of_key(order)) is not None:
                return job
    return None


def _check(order: Order, quoted: Quote, facts: Facts) -> None:
    """May this order be sold right now? Asked before and again inside the transaction that sells it."""
    check(facts, cost_cents=quoted.cost_cents, accepted_cents=order.accepted_cents)


def check(facts: Facts, *, cost_cents: int, accepted_cents: int | None, jobs: int = 1) -> None:
    """May so many jobs be sold for so much?"""
    if accepted_cents is not None and cost_cents > accepted_cents:
        raise PriceRose(cost_cents=cost_cents, accepted_cents=accepted_cents)
    if facts.is_frozen:
        raise WalletFrozen
    if facts.balance_cents < cost_cents:
        raise InsufficientFunds(balance_cents=facts.balance_cents, required_cents=cost_cents)
    if facts.open_jobs + jobs > settings.MAX_OPEN_JOBS:
        raise TooManyOpenJobs(limit=settings.MAX_OPEN_JOBS)
    if facts.own_failures >= MAX_OWN_FAILURES:
        raise FailsEveryTime
    if facts.cancels_again_at is not None:
        wait = facts.cancels_again_at - timezone.now()
        raise TooManyCancels(retry_after_seconds=max(1, int(wait.total_seconds()) + 1))


def new_job(order: Order, quoted: Quote) -> ExportJob:
    return ExportJob(
        id=new_id(),
        project_id=quoted.project.id,
        project_name=quoted.project.name,
        type=order.type,
        params=quoted.params,
        state=State.DEBITED,
        cost_cents=quoted.cost_cents,
        price_version=pricing.PRICE_VERSION,
        sold_duration_ms=quoted.duration_ms,
        idempotency_key=order.idempotency_key,
        idempotency_hash=order.hash,
        request_hash=work_hash(order, quoted),
        created_at=timezone.now(),
    )


def work_hash(order: Order, quoted: Quote) -> str:
    return digest([order.project_id, order.type, quoted.params])


def digest(facts: list[Any]) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
