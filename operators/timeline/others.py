"""What stands in no ledger line: payments not paid, refunds and disputes at Stripe, ends of jobs, operators' acts."""

from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from exports.models import ExportJob, State
from operators.acts.kinds import KINDS
from operators.models import OperatorAct
from operators.timeline.line import Line, Offer, act_ref, evidence_ref, job_ref, stripe_ref
from operators.words import credits, dollars
from reelballers.redaction import redacted
from reelballers.user_db import current_user_id
from wallet.models import Reversal, Topup
from wallet.payments.reversals import FINAL_REFUND_STATUSES, INTENT, REFUSED
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment

# Done, these have a ledger line or a refund that leads to their receipt.
_SEEN_ELSEWHERE = ("bonus", "job_refund", "payment_refund")
_TOPUP_WORDS = {
    "created": ("Checkout not opened", "warn"),
    "open": ("Checkout opened, not paid", ""),
    "processing": ("Bank payment on its way, not paid yet", "warn"),
    "expired": ("Checkout expired, nothing was paid", ""),
    "failed": ("Payment failed", "bad"),
}
_JOB_TONES = {"succeeded": "good", "failed": "bad", "timed_out": "bad"}
_STATUS_WORDS = {INTENT: "waits for Stripe’s answer", REFUSED: "refused by Stripe"}
_OPEN_EVENTS = (InboxEvent.Outcome.PENDING, InboxEvent.Outcome.PARKED, InboxEvent.Outcome.ASK_STRIPE)


def topups(before: datetime, limit: int) -> list[Line]:
    unpaid = Topup.objects.filter(created_at__lt=before).exclude(status=Topup.Status.PAID)
    return [_topup(row) for row in unpaid[:limit]]


def _topup(row: Topup) -> Line:
    title, tone = _TOPUP_WORDS[row.status]
    refs = [*stripe_ref("session", row.session_id), *stripe_ref("payment", row.payment_intent_id)]
    line = Line(row.created_at, "payment", title, credits(row.credits), tone, refs=refs)
    if refs:
        line.offers = [Offer("Read at Stripe", "payment_sync", row.id)]
    return line


def refunds_and_disputes(before: datetime, limit: int) -> list[Line]:
    rows = Reversal.objects.filter(created_at__lt=before).select_related("topup").order_by("-created_at")
    return [_reversal(row) for row in rows[:limit]]


def _reversal(row: Reversal) -> Line:
    who = "" if row.actor == "stripe" else f" by {row.actor}"
    words = f"{dollars(row.amount_cents)}{who}{f': {redacted(row.note)}' if row.note else ''}"
    refs = [] if row.id.startswith("intent:") else stripe_ref(row.kind, row.id)
    refs += stripe_ref("payment", row.topup.payment_intent_id)
    if row.form_id:
        refs.append(act_ref(row.form_id))
    title = f"{row.kind.capitalize()} {_STATUS_WORDS.get(row.status, row.status.replace('_', ' '))}"
    if row.kind == Reversal.Kind.DISPUTE:
        refs.append(evidence_ref(current_user_id(), row.topup_id))
    return Line(row.created_at, "payment", title, words, _tone_of(row), refs=refs)


def _tone_of(row: Reversal) -> str:
    if row.status in {"succeeded", "won", "warning_closed"}:
        return "good"
    if row.kind == Reversal.Kind.DISPUTE or row.status in FINAL_REFUND_STATUSES:
        return "bad"
    return "warn"


def jobs(before: datetime, limit: int) -> list[Line]:
    rows = ExportJob.objects.exclude(state=State.ABORTED).annotate(at=Coalesce("finished_at", "created_at"))
    return [_job(row) for row in rows.filter(at__lt=before).order_by("-at", "-pk")[:limit]]


def _job(row: ExportJob) -> Line:
    took = f", {row.run_seconds:,.1f} s" if row.run_seconds else ""
    words = (
        f"“{row.project_name}”, attempt {row.attempt}{took}{f'. {redacted(row.error)}' if row.error else ''}"
    )
    line = Line(
        row.finished_at or row.created_at,
        "job",
        f"{row.type.capitalize()} export {row.state.replace('_', ' ')}",
        words,
        _JOB_TONES.get(row.state, "warn" if row.is_open else ""),
        refs=[job_ref(row.id)],
    )
    if row.is_open:
        line.offers = [Offer("Try again", "job_retry", row.id), Offer("Cancel", "job_cancel", row.id)]
    return line


def acts(user_id: str, before: datetime, limit: int) -> list[Line]:
    rows = OperatorAct.objects.filter(user_id=user_id, confirmed_at__lt=before)
    rows = rows.exclude(state=OperatorAct.State.DONE, kind__in=_SEEN_ELSEWHERE)
    return [_act(row) for row in rows.order_by("-confirmed_at")[:limit]]


def _act(row: OperatorAct) -> Line:
    assert row.confirmed_at is not None
    tone = {"refused": "bad", "doing": "warn"}.get(row.state, "")
    said = row.said or row.get_state_display()
    title = KINDS[row.kind].title if row.kind in KINDS else row.kind
    refs = [act_ref(row.id)]
    return Line(row.confirmed_at, "operator", title, f"{said} {row.operator}: {row.reason}", tone, refs=refs)


def unmatched(user_id: str, before: datetime, limit: int) -> list[Line]:
    rows = UnmatchedPayment.objects.filter(Q(claimed_user_id=user_id) | Q(decided_for_user_id=user_id))
    return [_unmatched(row) for row in rows.filter(created_at__lt=before)[:limit]]


def _unmatched(row: UnmatchedPayment) -> Line:
    is_open = row.state == UnmatchedPayment.State.OPEN
    words = f"{dollars(row.amount_cents)} {row.currency}: {redacted(row.why)}"
    if not is_open:
        words = f"{words} {row.get_state_display()} by {row.decided_by}."
    refs = [*stripe_ref("session", row.session_id), *stripe_ref("payment", row.payment_intent_id)]
    line = Line(
        row.created_at, "payment", "Paid, and fits nothing", words, "bad" if is_open else "", refs=refs
    )
    if is_open:
        line.offers = [
            Offer("Credit it here", "unmatched_settle", row.pk, "credit"),
            Offer("Give it back", "unmatched_settle", row.pk, "refund"),
        ]
    return line


def waiting_events(user_id: str, before: datetime, limit: int) -> list[Line]:
    """What Stripe told about this wallet's payments and did not reach it yet."""
    known = PaymentIndex.objects.filter(user_id=user_id)
    mine = Q(payment_intent_id__in=known.exclude(payment_intent_id=None).values("payment_intent_id"))
    rows = InboxEvent.objects.filter(mine | Q(object_id__in=known.values("session_id")))
    rows = rows.filter(outcome__in=_OPEN_EVENTS, received_at__lt=before)
    return [_event(row) for row in rows.order_by(F("received_at").desc())[:limit]]


def _event(row: InboxEvent) -> Line:
    words = f"{row.get_outcome_display()}. {redacted(row.last_error)}".strip()
    refs = [*stripe_ref("event", row.event_id), *stripe_ref("about", row.object_id)]
    offers = [Offer("Apply again", "event_reapply", row.event_id)]
    tone, title = "bad" if row.last_error else "warn", f"Stripe told: {row.type}"
    return Line(row.received_at, "payment", title, words, tone, refs=refs, offers=offers)
