"""What money can refuse. Each carries its facts; the API picks the status and the words."""

from dataclasses import dataclass


class WalletError(Exception):
    """Base of everything below."""


class WalletFrozen(WalletError):
    pass


@dataclass(eq=False)
class WalletClosed(WalletError):
    """This wallet became part of an account's; what is done now is done there."""

    target_id: str


@dataclass(eq=False)
class WalletInDebt(WalletError):
    debt_cents: int


@dataclass(eq=False)
class InsufficientFunds(WalletError):
    balance_cents: int
    required_cents: int

    @property
    def shortfall_cents(self) -> int:
        return max(0, self.required_cents - self.balance_cents)


@dataclass(eq=False)
class Conflict(WalletError):
    """The same reference with other facts."""

    reference: str
    field: str
    first: object
    now: object


@dataclass(eq=False)
class AlreadyRefunded(WalletError):
    job_id: str
    refunded_cents: int


@dataclass(eq=False)
class NoSuchDebit(WalletError):
    job_id: str


@dataclass(eq=False)
class NoSuchBonus(WalletError):
    form_id: str


@dataclass(eq=False)
class RefundTooLarge(WalletError):
    job_id: str
    refundable_cents: int


@dataclass(eq=False)
class PaymentNotRefundable(WalletError):
    """More than is left of the payment, or no paid top-up at all (0)."""

    refundable_cents: int


@dataclass(eq=False)
class NotRefundable(WalletError):
    """Why a payment cannot be given back from here."""

    why: str


@dataclass(eq=False)
class AlreadyDecided(WalletError):
    """Another choice was made for this unmatched payment, and by whom."""

    state: str
    decided_by: str


@dataclass(eq=False)
class NotCreditable(WalletError):
    """Why a payment cannot become credits of this wallet."""

    why: str
