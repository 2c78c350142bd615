"""The ledger's lines, each with what may be done about it. Inside the wallet's context."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from exports.models import ExportJob
from operators.models import OperatorAct
from operators.timeline.line import Line, Offer, Ref, act_ref, evidence_ref, job_ref, stripe_ref
from operators.words import credits, dollars
from reelballers.user_db import current_user_id
from wallet.models import Debit, LedgerEntry, Reason, Topup
from wallet.payments import reversals

TITLES = {
    "topup": "Credits bought",
    "debit": "Export",
    "refund": "Credits returned",
    "bonus": "Bonus",
    "reversal": "Taken back: payment refunded or disputed",
    "restore": "Given back again",
    "adjustment": "Opening adjustment",
    "transfer": "Moved between wallets",
}
assert TITLES.keys() == set(Reason.values)
_OF_ACT = re.compile(r"(?:bonus|refund:.+:op):([0-9a-f]{32})")


@dataclass
class _Around:
    """What the lines of one page refer to, each read once."""

    topups: dict[str, Topup]
    jobs: dict[str, ExportJob]
    debits: dict[str, Debit]
    acts: set[str]
    taken_back: set[str]


def money(before: datetime, limit: int) -> list[Line]:
    entries = list(LedgerEntry.objects.filter(created_at__lt=before)[:limit])
    around = _around(entries)
    return [_line(entry, around) for entry in entries]


def _around(entries: list[LedgerEntry]) -> _Around:
    job_ids = {entry.job_id for entry in entries if entry.job_id}
    payments = {entry.reference.removeprefix("topup:") for entry in entries if entry.reason == "topup"}
    topups = Topup.objects.filter(Q(session_id__in=payments) | Q(payment_intent_id__in=payments))
    by_payment: dict[str, Topup] = {}
    for topup in topups.prefetch_related("reversals"):
        by_payment |= {name: topup for name in (topup.session_id, topup.payment_intent_id) if name}
    bonuses = [f"{entry.reference}:back" for entry in entries if entry.reason == "bonus"]
    found = [match[1] for entry in entries if (match := _OF_ACT.match(entry.reference))]
    return _Around(
        topups=by_payment,
        jobs=ExportJob.objects.in_bulk(job_ids),
        debits=Debit.objects.in_bulk(job_ids),
        acts=set(OperatorAct.objects.filter(pk__in=found).values_list("pk", flat=True)),
        taken_back=set(LedgerEntry.objects.filter(reference__in=bonuses).values_list("reference", flat=True)),
    )


def _line(entry: LedgerEntry, around: _Around) -> Line:
    line = Line(
        entry.created_at,
        "money",
        TITLES[entry.reason],
        entry.note,
        change_cents=entry.change_cents,
        balance_cents=entry.balance_after_cents,
        refs=[Ref("line", f"#{entry.id}")],
        anchor=f"line-{entry.id}",
    )
    if entry.reason == "topup":
        _about_topup(line, entry, around)
    elif entry.reason == "bonus":
        _about_bonus(line, entry, around)
    elif entry.job_id:
        _about_job(line, entry, around)
    line.refs += stripe_ref("payment", entry.stripe_payment_id)
    if entry.actor not in {"visitor", "stripe", "system"}:
        line.words = f"{line.words} — {entry.actor}" if line.words else entry.actor
    match = _OF_ACT.match(entry.reference)
    if match and match[1] in around.acts and not entry.reference.endswith(":back"):
        line.refs.append(act_ref(match[1]))
    return line


def _about_topup(line: Line, entry: LedgerEntry, around: _Around) -> None:
    payment = entry.reference.removeprefix("topup:")
    line.refs += stripe_ref("session", payment)
    topup = around.topups.get(payment)
    if topup is None:
        return
    paid = f"{dollars(topup.paid_cents)} paid"
    taken = f"; {credits(topup.taken_cents)} taken back since" if topup.taken_cents else ""
    line.words = f"{paid}{taken}{f'. {entry.note}' if entry.note else ''}"
    gone_cents = sum(row.amount_cents for row in topup.reversals.all() if reversals.takes(row))
    if topup.payment_intent_id and gone_cents < (topup.paid_cents or 0):
        line.offers.append(Offer("Refund", "payment_refund", topup.id))
    line.refs.append(evidence_ref(current_user_id(), topup.id))
    line.offers.append(Offer("Read at Stripe", "payment_sync", topup.id))


def _about_bonus(line: Line, entry: LedgerEntry, around: _Around) -> None:
    if entry.change_cents < 0:
        line.title = "Bonus taken back"
    elif f"{entry.reference}:back" not in around.taken_back:
        line.offers.append(Offer("Take back", "bonus_back", entry.reference.removeprefix("bonus:")))


def _about_job(line: Line, entry: LedgerEntry, around: _Around) -> None:
    assert entry.job_id
    job, debit = around.jobs.get(entry.job_id), around.debits.get(entry.job_id)
    line.refs.append(job_ref(entry.job_id) if job else Ref("job", entry.job_id))
    if entry.reason != "debit":
        return
    line.title = f"{job.type.capitalize()} export" if job else "Debit by /api/debit"
    if job:
        line.words = f"“{job.project_name}”, {job.state.replace('_', ' ')}"
    if debit is not None and debit.refunded_cents < debit.cost_cents:
        line.offers.append(Offer("Return credits", "job_refund", entry.job_id))
