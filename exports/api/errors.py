"""Status and words for what exports refuse."""

import logging

from django.conf import settings

from exports import errors
from exports.video.facts import ReaderBroke
from reelballers.errors import Answer, answers

logger = logging.getLogger(__name__)


@answers(errors.NoSuchProject)
def no_such_project(error: errors.NoSuchProject) -> Answer:
    return 404, {"detail": "There is no such project."}, {}


@answers(errors.NoSuchJob)
def no_such_job(error: errors.NoSuchJob) -> Answer:
    return 404, {"detail": "There is no such export."}, {}


@answers(errors.UnplayableUpload)
def unplayable(error: errors.UnplayableUpload) -> Answer:
    return 400, {"video": [error.reason]}, {}


@answers(ReaderBroke)
def reader_broke(error: ReaderBroke) -> Answer:
    logger.error("reading an upload broke: %s", error)
    words = "Something went wrong on our side; nothing was changed. We have been told."
    return 500, {"detail": words}, {}


@answers(errors.QuotaReached)
def quota_reached(error: errors.QuotaReached) -> Answer:
    gigabytes = error.quota_bytes / 1e9
    return 413, {"video": [f"Your clips would take more than {gigabytes:g} GB. Delete one first."]}, {}


@answers(errors.DiskReserveReached)
def disk_reserve(error: errors.DiskReserveReached) -> Answer:
    words = "We have no room for uploads right now; nothing was changed. Please try again later."
    return 503, {"detail": words}, {"Retry-After": "60"}


@answers(errors.TooManyLooks)
def too_many_looks(error: errors.TooManyLooks) -> Answer:
    words = "Many clips are being uploaded right now; nothing was changed. Please try again in a moment."
    return 503, {"detail": words}, {"Retry-After": "10"}


@answers(errors.ProjectInUse)
def project_in_use(error: errors.ProjectInUse) -> Answer:
    return 409, {"detail": "An export of this clip is still running. Wait for it or cancel it first."}, {}


@answers(errors.BadParams)
def bad_params(error: errors.BadParams) -> Answer:
    return 400, error.errors, {}


@answers(errors.PriceRose)
def price_rose(error: errors.PriceRose) -> Answer:
    facts = {
        "error": "The price is higher than you accepted",
        "cost_cents": error.cost_cents,
        "accepted_cents": error.accepted_cents,
    }
    return 409, {"detail": facts}, {}


@answers(errors.KeyReused)
def key_reused(error: errors.KeyReused) -> Answer:
    return 409, {"detail": "This Idempotency-Key belongs to another request; use a new one."}, {}


@answers(errors.IntentExpired)
def intent_expired(error: errors.IntentExpired) -> Answer:
    words = "We could not start this in time; nothing was taken. Please try again."
    return 503, {"detail": words}, {"Retry-After": "5"}


@answers(errors.TooManyOpenJobs)
def too_many_open(error: errors.TooManyOpenJobs) -> Answer:
    words = f"{settings.MAX_OPEN_JOBS} exports are already open. Wait for one to finish or cancel one."
    return 409, {"detail": words}, {}


@answers(errors.FailsEveryTime)
def fails_every_time(error: errors.FailsEveryTime) -> Answer:
    words = "This clip has failed three times with these settings. Change them or upload the clip again."
    which = "" if error.number is None else f"exports[{error.number}]: "
    return 409, {"detail": f"{which}{words}"}, {}


@answers(errors.TooManyCancels)
def too_many_cancels(error: errors.TooManyCancels) -> Answer:
    words = "You cancelled many running exports in the last hour. Please wait before you start another."
    return 429, {"detail": words}, {"Retry-After": str(error.retry_after_seconds)}


@answers(errors.NoOutput)
def no_output(error: errors.NoOutput) -> Answer:
    return 409, {"detail": "This export has no file: it has not succeeded, or its file is gone."}, {}


@answers(errors.JobIsOpen)
def job_is_open(error: errors.JobIsOpen) -> Answer:
    return 409, {"detail": "This export is still running. Wait for it or cancel it first."}, {}


@answers(errors.JobHasEnded)
def job_has_ended(error: errors.JobHasEnded) -> Answer:
    return 409, {"detail": f"This export has already ended: {error.status}."}, {}
