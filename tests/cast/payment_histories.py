"""Lives of payments at Stripe, made up from a seed: the events they cause, and how they finally stand.

`taken_cents` is the separate model: it reads the final facts only, never an event and never the ledger.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.cast.payments import dispute_of, event_of, open_topup, paid, refund_of

Thing = dict[str, Any]


@dataclass
class Life:
    """One payment: what Stripe tells of it, and what Stripe would answer when asked."""

    random: Random
    session: Thing
    clock: int = 1_700_000_000
    is_paid: bool = False
    events: list[Thing] = field(default_factory=list)
    refunds: list[Thing] = field(default_factory=list)
    disputes: list[Thing] = field(default_factory=list)
    funds_out: dict[str, bool] = field(default_factory=dict)

    def tell(self, event_type: str, thing: Thing) -> None:
        self.clock += self.random.randint(1, 1000)
        self.events.append(event_of(event_type, dict(thing), created=self.clock))

    @property
    def credits(self) -> int:
        return int(self.session["amount_subtotal"])

    @property
    def taken_cents(self) -> int:
        """Credits that this payment's refunds and disputes take, as they finally stand."""
        back = sum(r["amount"] for r in self.refunds if r["status"] not in {"failed", "canceled"})
        for dispute in self.disputes:
            is_open = dispute["status"] not in {"won", "lost"}
            if dispute["status"] == "lost" or (is_open and self.funds_out[dispute["id"]]):
                back += dispute["amount"]
        return min(self.credits, self.credits * back // self.session["amount_total"])


def live(user_id: str, seed: int, *, most_events: int = 12) -> Life:
    """A top-up of this user and everything that happens to its payment."""
    random = Random(seed)
    session = open_topup(user_id, random.choice([50, 99, 500, 1_333]))
    session["amount_total"] += random.choice([0, 0, 0, 37])
    life = Life(random, session)
    _pay(life)
    while life.is_paid and len(life.events) < most_events - 3 and random.random() < 0.8:
        random.choice([_refund, _refund, _dispute])(life)
    return life


def _pay(life: Life) -> None:
    done = paid(life.session)
    road = life.random.choice(["card", "card", "card", "delayed", "refused", "expired"])
    if road == "expired":
        return life.tell("checkout.session.expired", life.session | {"status": "expired"})
    if road != "card":
        life.tell("checkout.session.completed", done | {"payment_status": "unpaid"})
    if road == "refused":
        return life.tell("checkout.session.async_payment_failed", done | {"payment_status": "unpaid"})
    life.is_paid, life.session = True, done
    kind = "completed" if road == "card" else "async_payment_succeeded"
    return life.tell(f"checkout.session.{kind}", done)


def _refund(life: Life) -> None:
    total = life.session["amount_total"]
    left = total - sum(r["amount"] for r in life.refunds if r["status"] not in {"failed", "canceled"})
    if left < 1:
        return
    refund = refund_of(life.session, life.random.choice([left, life.random.randint(1, left)]))
    refund["status"] = life.random.choice(["pending", "succeeded", "requires_action"])
    life.refunds.append(refund)
    life.tell("refund.created", refund)
    live_now = sum(r["amount"] for r in life.refunds if r["status"] not in {"failed", "canceled"})
    life.tell("charge.refunded", _charge(life, live_now))
    end = life.random.choice(["stays", "succeeded", "failed", "canceled"])
    if end == "stays":
        return
    refund["status"] = end
    life.tell("refund.updated", refund)
    if end == "failed":
        life.tell("refund.failed", refund)


def _dispute(life: Life) -> None:
    amount = life.random.choice(
        [life.session["amount_total"], life.random.randint(1, life.session["amount_total"])]
    )
    is_inquiry = life.random.random() < 0.3
    dispute = dispute_of(life.session, amount, "warning_needs_response" if is_inquiry else "needs_response")
    life.disputes.append(dispute)
    life.funds_out[dispute["id"]] = False
    life.tell("charge.dispute.created", dispute)
    if is_inquiry and life.random.random() < 0.5:
        return _move(life, dispute, "closed", "warning_closed")
    if is_inquiry:
        _move(life, dispute, "updated", "needs_response")
    if life.random.random() < 0.9:
        _funds(life, dispute, out=True)
    end = life.random.choice(["open", "won", "lost", "reinstated", "lost then won"])
    if end in {"won", "lost"}:
        _move(life, dispute, "closed", end)
    if end == "lost then won":
        _move(life, dispute, "closed", "lost")
        _move(life, dispute, "closed", "won")
    if end in {"won", "reinstated", "lost then won"} and life.funds_out[dispute["id"]]:
        _funds(life, dispute, out=False)
    return None


def _move(life: Life, dispute: Thing, verb: str, status: str) -> None:
    dispute["status"] = status
    life.tell(f"charge.dispute.{verb}", dispute)


def _funds(life: Life, dispute: Thing, *, out: bool) -> None:
    life.funds_out[dispute["id"]] = out
    amount = -dispute["amount"] if out else dispute["amount"]
    movement = {"id": "txn", "object": "balance_transaction", "amount": amount, "created": life.clock + 1}
    dispute["balance_transactions"] = [*dispute["balance_transactions"], movement]
    life.tell(f"charge.dispute.funds_{'withdrawn' if out else 'reinstated'}", dispute)


def _charge(life: Life, amount_refunded: int) -> Thing:
    return {
        "id": life.session["payment_intent"].replace("pi", "ch"),
        "object": "charge",
        "amount": life.session["amount_total"],
        "amount_refunded": amount_refunded,
        "payment_intent": life.session["payment_intent"],
    }
