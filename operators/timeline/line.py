"""One line of a wallet's story."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from operators.stripe_links import at_stripe


@dataclass(frozen=True)
class Ref:
    """An id under a line; with an address where there is more to read."""

    what: str
    id: str
    url: str = ""


@dataclass(frozen=True)
class Offer:
    """What an operator may do about a line."""

    words: str
    kind: str
    of: str
    how: str = ""


@dataclass
class Line:
    at: datetime
    kind: str  # money, payment, job, operator: what the page can be narrowed to
    title: str
    words: str = ""
    tone: str = ""  # good, bad, warn
    change_cents: int | None = None
    balance_cents: int | None = None
    refs: list[Ref] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    anchor: str = ""
    is_marked: bool = False

    def is_about(self, mark: str) -> bool:
        return any(mark == ref.id for ref in self.refs) or any(mark == offer.of for offer in self.offers)


def stripe_ref(what: str, stripe_id: str | None) -> list[Ref]:
    return [Ref(what, stripe_id, at_stripe(stripe_id))] if stripe_id else []


def evidence_ref(user_id: str, topup_id: str) -> Ref:
    return Ref("evidence", topup_id, reverse("admin:evidence", args=[user_id, topup_id]))


def act_ref(act_id: str) -> Ref:
    return Ref("receipt", act_id, reverse("admin:act", args=[act_id]))


def job_ref(job_id: str) -> Ref:
    return Ref("job", job_id, reverse("admin:job", args=[job_id]))
