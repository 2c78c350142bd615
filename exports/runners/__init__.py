"""Where exports run: on this machine or on Modal."""

from functools import cache

from django.conf import settings

from exports.runners.base import Runner


@cache
def runner() -> Runner:
    """The configured runner, made lazily: nothing of it may exist before a fork."""
    if settings.EXPORT_BACKEND == "modal":
        from exports.runners.modal import ModalRunner

        return ModalRunner()
    from exports.runners.local import LocalRunner

    return LocalRunner()
