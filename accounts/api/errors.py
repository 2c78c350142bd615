"""Status and words for what accounts refuse."""

from accounts.errors import (
    AddressTaken,
    CodeRefused,
    MergeRefused,
    NothingFound,
    NotProved,
    TooManyCodes,
    TooManyTries,
)
from mail.post import MailAway, MailRefused
from reelballers.errors import Answer, answers


@answers(CodeRefused)
def code_refused(error: CodeRefused) -> Answer:
    return 400, {"code": ["That code does not work. Check it, or ask for a new one."]}, {}


@answers(TooManyCodes)
def too_many_codes(error: TooManyCodes) -> Answer:
    words = "That is a lot of codes. Please wait a moment before you ask for another."
    return 429, {"detail": words}, {"Retry-After": str(error.wait_seconds)}


@answers(TooManyTries)
def too_many_tries(error: TooManyTries) -> Answer:
    words = "That were three tries with this address. Support can look for your wallet."
    return 429, {"detail": words}, {"Retry-After": str(error.wait_seconds)}


@answers(NothingFound)
def nothing_found(error: NothingFound) -> Answer:
    words = "We found no lost wallet that was paid with this address and this card. Support can look for it."
    return 404, {"detail": words}, {}


@answers(MailAway)
def mail_away(error: MailAway) -> Answer:
    words = "We cannot send mail right now; nothing was changed. Please try again in a minute."
    return 503, {"detail": words}, {"Retry-After": "30"}


@answers(MailRefused)
def mail_refused(error: MailRefused) -> Answer:
    return 400, {"email": ["Mail to this address is refused. Check it, or use another one."]}, {}


@answers(AddressTaken)
def address_taken(error: AddressTaken) -> Answer:
    return 409, {"detail": "This address belongs to another account."}, {}


@answers(MergeRefused)
def merge_refused(error: MergeRefused) -> Answer:
    return 409, {"detail": str(error)}, {}


@answers(NotProved)
def not_proved(error: NotProved) -> Answer:
    return 403, {"detail": {"error": "Confirm it is you"}}, {}
