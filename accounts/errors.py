"""What an account can refuse; the API picks the status and the words."""

from dataclasses import dataclass


class AccountError(Exception):
    """Base of everything below."""


class CodeRefused(AccountError):
    """Wrong, old, used up or unknown: who guesses learns no more."""


class AddressTaken(AccountError):
    pass


class MergeRefused(AccountError):
    """Why two wallets cannot become one, in words for their owner."""


class NotProved(AccountError):
    """The last proof of who this is, is too old for what is asked."""


class NothingFound(AccountError):
    """No lost wallet was paid with this address and this card."""


@dataclass(eq=False)
class TooManyTries(AccountError):
    wait_seconds: int


@dataclass(eq=False)
class TooManyCodes(AccountError):
    wait_seconds: int
