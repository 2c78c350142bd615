"""What exports can refuse. Each carries its facts; the API picks the status and the words."""

from dataclasses import dataclass

# What a visitor reads when an export ends badly through no fault of theirs.
OUR_FAULT = "Something went wrong on our side; your credits are back."
TOO_LATE = "The export took too long; your credits are back."


class ExportError(Exception):
    """Base of everything below."""


class NoSuchProject(ExportError):
    pass


class NoSuchJob(ExportError):
    pass


@dataclass(eq=False)
class UnplayableUpload(ExportError):
    reason: str


@dataclass(eq=False)
class QuotaReached(ExportError):
    quota_bytes: int


class DiskReserveReached(ExportError):
    pass


class TooManyLooks(ExportError):
    """Others' uploads are being looked at, for longer than anybody should wait."""


class ProjectInUse(ExportError):
    pass


@dataclass(eq=False)
class BadParams(ExportError):
    errors: dict[str, list[str]]


@dataclass(eq=False)
class PriceRose(ExportError):
    cost_cents: int
    accepted_cents: int


class KeyReused(ExportError):
    pass


class IntentExpired(ExportError):
    """The sale took longer than the worker waits for one; nothing was taken."""


@dataclass(eq=False)
class TooManyOpenJobs(ExportError):
    limit: int


@dataclass(eq=False)
class FailsEveryTime(ExportError):
    """The same clip with the same parameters failed three times by its own fault; which order of several."""

    number: int | None = None


@dataclass(eq=False)
class TooManyCancels(ExportError):
    retry_after_seconds: int


class NoOutput(ExportError):
    """The export has not succeeded, or its file is gone."""


class JobIsOpen(ExportError):
    pass


@dataclass(eq=False)
class JobHasEnded(ExportError):
    status: str
