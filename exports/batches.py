"""Several exports of one clip in one press: one price, one transaction, all or nothing.

What is sold is single jobs, each of which later ends, and returns its own price, by itself.
"""

from dataclasses import dataclass
from itertools import combinations

from django.utils import timezone

from exports import orders
from exports.errors import BadParams, ExportError, FailsEveryTime, KeyReused, NoSuchJob
from exports.facts import Facts, look
from exports.models import ExportBatch, ExportJob
from exports.orders import Order, Quote
from exports.shared.models import OpenJob
from reelballers.one_writer import one_writer
from reelballers.user_db import user_db, user_transaction
from wallet.errors import WalletError
from wallet.sources import sources_of

MIN_EXPORTS, MAX_EXPORTS = 2, 8

Sale = tuple[ExportJob, Quote]


@dataclass(frozen=True)
class Batch:
    """What a visitor asks for. `accepted_cents` is the most they accept to pay for all of it."""

    orders: list[Order]
    accepted_cents: int | None = None
    idempotency_key: str | None = None

    @property
    def hash(self) -> str:
        return orders.digest(["batch", [order.hash for order in self.orders], self.accepted_cents])


def start_batch(*, user_id: str, batch: Batch) -> list[ExportJob]:
    """Sells all of it: index rows first, then every job and debit in one transaction.

    Raises what start_export raises, about all of them together; then nothing was written and the key stays free.
    """
    if (found := _sold_in_a_source(user_id, batch)) is not None:
        return found
    with user_db(user_id):
        if (found := _jobs_of_key(batch)) is not None:
            return found
        sales = _quote(batch)
        try:
            _check(batch, sales)  # refused here, `default` is not written at all
        except (ExportError, WalletError):
            # The same request may have been sold between the two looks: then its money is gone, not missing.
            if (found := _jobs_of_key(batch)) is not None:
                return found
            raise
    jobs = [job for job, _ in sales]
    with one_writer():
        OpenJob.objects.bulk_create([OpenJob(job_id=job.id, user_id=user_id) for job in jobs])
    try:
        sold = _sell(user_id, batch, sales)
    except (ExportError, WalletError):
        # Refusals only: after anything else they may be sold, and the rows are how the worker finds out.
        orders.forget(jobs)
        raise
    if sold[0].id != jobs[0].id:
        orders.forget(jobs)  # the same key was faster on another connection
    return sold


def _quote(batch: Batch) -> list[Sale]:
    """Every job with its price; errors name the place. Raises NoSuchProject, BadParams."""
    sales: list[Sale] = []
    errors: dict[str, list[str]] = {}
    for number, order in enumerate(batch.orders):
        try:
            quoted = orders.quote(order)
        except BadParams as error:
            errors |= {f"exports[{number}].{path}": texts for path, texts in error.errors.items()}
        else:
            sales.append((orders.new_job(order, quoted), quoted))
    if errors := errors or _twins([job.request_hash for job, _ in sales]):
        raise BadParams(errors)
    return sales


def _twins(hashes: list[str]) -> dict[str, list[str]]:
    pairs = combinations(range(len(hashes)), 2)
    same = [(first, second) for first, second in pairs if hashes[first] == hashes[second]]
    return {f"exports[{second}]": [f"Is the same as exports[{first}]."] for first, second in same}


def _check(batch: Batch, sales: list[Sale]) -> list[Facts]:
    """May all of it be sold right now? Asked before and again inside the transaction that sells it."""
    cost_cents = sum(job.cost_cents for job, _ in sales)
    found = []
    for number, (job, _) in enumerate(sales):
        facts = look(work_hash=job.request_hash, project_id=job.project_id, job_id=job.id)
        try:
            orders.check(facts, cost_cents=cost_cents, accepted_cents=batch.accepted_cents, jobs=len(sales))
        except FailsEveryTime as error:
            raise FailsEveryTime(number=number) from error
        found.append(facts)
    return found


def _sell(user_id: str, batch: Batch, sales: list[Sale]) -> list[ExportJob]:
    jobs = [job for job, _ in sales]
    with user_transaction(user_id):
        if (first := _jobs_of_key(batch)) is not None:
            return first
        for (job, quoted), facts in zip(sales, _check(batch, sales), strict=True):
            orders.sell_now(job, quoted, facts)
        if batch.idempotency_key is not None:
            ExportBatch(
                idempotency_key=batch.idempotency_key,
                idempotency_hash=batch.hash,
                job_ids=[job.id for job in jobs],
                created_at=timezone.now(),
            ).save(force_insert=True)
    return jobs


def _sold_in_a_source(user_id: str, batch: Batch) -> list[ExportJob] | None:
    """A key that bound a request in a wallet that became part of this one binds it still."""
    for source_id in sources_of(user_id) if batch.idempotency_key is not None else ():
        with user_db(source_id):
            if (jobs := _jobs_of_key(batch)) is not None:
                return jobs
    return None


def _jobs_of_key(batch: Batch) -> list[ExportJob] | None:
    """What was sold under the key, as it stands now, without what was deleted since. Raises KeyReused, NoSuchJob."""
    if batch.idempotency_key is None:
        return None
    if ExportJob.objects.filter(idempotency_key=batch.idempotency_key).exists():
        raise KeyReused
    first = ExportBatch.objects.filter(pk=batch.idempotency_key).first()
    if first is None:
        return None
    if first.idempotency_hash != batch.hash:
        raise KeyReused
    found = ExportJob.objects.filter(pk__in=first.job_ids, deleted_at=None)
    jobs = sorted(found, key=lambda job: first.job_ids.index(job.id))
    if not jobs:
        raise NoSuchJob
    return jobs
