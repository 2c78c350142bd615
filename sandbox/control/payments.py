"""What happens to payments outside the API: refunds, banks' answers, disputes, expiry."""

from collections.abc import Callable
from typing import Any

from sandbox import faults, store
from sandbox.control.values import as_bool, as_int
from sandbox.errors import unknown_url
from sandbox.flows import disputes, refunds, sessions
from sandbox.models import Delivery, IdempotentAnswer, Mail, Setting, StoredObject, Task
from sandbox.store import StripeDict
from sandbox.webhooks.deliverer import wait_until_quiet

Params = dict[str, Any]
QUIET_SECONDS = 2


def reset(_params: Params) -> Params:
    """Forget everything."""
    faults.reset()
    with store.changes():
        for model in (StoredObject, Delivery, Task, IdempotentAnswer, Mail, Setting):
            model.objects.all().delete()
    wait_until_quiet(QUIET_SECONDS)  # or a late delivery would surprise whoever starts afresh
    return {"reset": True}


def expire_session(_params: Params, session_id: str) -> StripeDict:
    with store.changes():
        return sessions.expire(store.load(session_id, "checkout.session"))


def settle(params: Params, payment_id: str) -> StripeDict:
    """The bank answers an asynchronous payment: `succeeded` true or false."""
    with store.changes():
        return sessions.settle(_intent_id(payment_id), as_bool(params.get("succeeded", True)))


def refund(params: Params, payment_id: str) -> StripeDict:
    """As from the Dashboard: `amount`, `reason`, `metadata`, and the `status` it shall begin with."""
    wanted = {name: params[name] for name in ("reason", "metadata") if name in params}
    with store.changes():
        charge = _charge(payment_id)
        return refunds.create(charge, wanted | {"amount": as_int(params.get("amount"))}, params.get("status"))


def succeed_refund(_params: Params, refund_id: str) -> StripeDict:
    with store.changes():
        return refunds.complete(refund_id)


def fail_refund(params: Params, refund_id: str) -> StripeDict:
    with store.changes():
        return refunds.fail(refund_id, params.get("reason", "lost_or_stolen_card"))


def cancel_refund(_params: Params, refund_id: str) -> StripeDict:
    with store.changes():
        return refunds.cancel(refund_id)


def dispute(params: Params, payment_id: str) -> StripeDict:
    """`status` (`warning_needs_response` is an inquiry), `amount`, `reason`, `withdraw_funds`."""
    with store.changes():
        return disputes.open_dispute(
            _charge(payment_id),
            status=params.get("status", "needs_response"),
            amount_cents=as_int(params.get("amount")),
            reason=params.get("reason", "fraudulent"),
            withdraw_funds=as_bool(params.get("withdraw_funds", True)),
        )


MOVES: dict[str, Callable[[StripeDict], StripeDict]] = {
    "withdraw": disputes.withdraw,
    "reinstate": disputes.reinstate,
    "win": disputes.win,
    "lose": disputes.lose,
    "review": disputes.submit,
    "escalate": disputes.escalate,
    "close": disputes.close_inquiry,
}


def move_dispute(params: Params, dispute_id: str, move: str) -> StripeDict:
    """One step of a dispute's life; `win` takes `reinstate_funds`."""
    if move not in MOVES:
        raise unknown_url("POST", f"/control/disputes/{dispute_id}/{move}")
    with store.changes():
        found = store.load(dispute_id, "dispute")
        if move == "win":
            return disputes.win(found, reinstate_funds=as_bool(params.get("reinstate_funds", True)))
        return MOVES[move](found)


def _intent_id(payment_id: str) -> str:
    """A payment is named by its intent, its charge or its session."""
    found = store.load(payment_id, "payment_intent", "charge", "checkout.session")
    return found["id"] if found["object"] == "payment_intent" else found["payment_intent"] or ""


def _charge(payment_id: str) -> StripeDict:
    intent = store.load(_intent_id(payment_id), "payment_intent")
    return store.load(intent["latest_charge"] or "", "charge")
