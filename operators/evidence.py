"""What proves a delivery to the payer's bank: payment, ledger, exports with their files, what was given back."""

import hashlib
from typing import Any

from django.core.files.storage import default_storage

from exports.models import ExportJob, State
from operators import wallet_facts
from operators.acts.kind import State as ActState
from operators.models import OperatorAct
from reelballers.redaction import redacted
from reelballers.user_db import user_db
from wallet.models import Debit, LedgerEntry, Reversal, Topup

CHUNK_BYTES = 1024 * 1024


def pack(user_id: str, topup: Topup) -> dict[str, Any]:
    """Plain facts, ready for JSON. Reads the files that are still there, to name their content."""
    with user_db(user_id):
        reversals = list(Reversal.objects.filter(topup=topup))
        lines = list(LedgerEntry.objects.order_by("id"))
        jobs = list(ExportJob.objects.exclude(state=State.ABORTED).order_by("created_at"))
        returned = {debit.job_id: debit.refunded_cents for debit in Debit.objects.all()}
    acts = OperatorAct.objects.filter(user_id=user_id, of=topup.id, kind="payment_refund")
    fault = wallet_facts.chain_fault(user_id)
    return {
        "wallet": user_id,
        "payment": _payment(topup),
        "refunds_and_disputes": [_reversal(row) for row in reversals],
        "refunds_by_us": [_act(act) for act in acts.exclude(state=ActState.DRAFT).order_by("confirmed_at")],
        "ledger": [_line(line) for line in lines],
        "ledger_chain": fault or "every line follows from the one before (SHA-256)",
        "exports": [_job(job, returned.get(job.id, 0)) for job in jobs],
    }


def _payment(topup: Topup) -> dict[str, Any]:
    return {
        "topup": topup.id,
        "session": topup.session_id,
        "payment_intent": topup.payment_intent_id,
        "paid_cents": topup.paid_cents,
        "currency": topup.currency,
        "credits": topup.credits,
        "credits_taken_back": topup.taken_cents,
        "payer_email": topup.payer_email,
        "created_at": _at(topup.created_at),
        "paid_at": _at(topup.paid_at),
    }


def _reversal(row: Reversal) -> dict[str, Any]:
    facts = {"id": row.id, "kind": row.kind, "status": row.status, "amount_cents": row.amount_cents}
    return {**facts, "by": row.actor, "seen_at": _at(row.created_at)}


def _act(act: OperatorAct) -> dict[str, Any]:
    facts = {"amount_cents": act.amount_cents, "state": act.state, "reason": act.reason}
    return {**facts, "said": act.said, "confirmed_at": _at(act.confirmed_at)}


def _line(line: LedgerEntry) -> dict[str, Any]:
    names = (
        "id",
        "change_cents",
        "balance_after_cents",
        "reason",
        "reference",
        "job_id",
        "stripe_payment_id",
    )
    facts = {name: getattr(line, name) for name in names}
    return {**facts, "created_at": _at(line.created_at), "hash": line.hash}


def _job(job: ExportJob, returned_cents: int) -> dict[str, Any]:
    names = ("id", "type", "project_name", "params", "state", "cost_cents", "sold_duration_ms")
    facts = {name: getattr(job, name) for name in names}
    times = {
        name: _at(getattr(job, name))
        for name in ("created_at", "started_at", "finished_at", "output_deleted_at")
    }
    error = redacted(job.error or "")
    return {**facts, "returned_cents": returned_cents, "error": error, **times, "output_sha256": _sha256(job)}


def _sha256(job: ExportJob) -> str | None:
    """Of the file that was delivered, as long as it is kept."""
    if not job.has_output or not job.output_path:
        return None
    digest = hashlib.sha256()
    try:
        with default_storage.open(job.output_path, "rb") as file:
            for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
