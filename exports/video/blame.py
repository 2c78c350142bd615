"""Whose fault it was that ffmpeg failed, by what it said: the clip's, a bound's of ours, or simply ours."""

import signal

from exports.video.process import Ended

CLIP_SIGNS = (
    "Invalid data found",
    "rror submitting packet",
    "ecoding error",
    "rror while decoding",
    "partial file",
)
# Out of memory, ffmpeg may go on to call the frame it had no room for invalid.
MEMORY_SIGNS = (
    "Cannot allocate memory",
    "Could not allocate memory",
    "malloc of size",
    "get_buffer() failed",
    "pthread_create() failed",
    "external library",
)
LAYOUT_SIGNS = ("Rematrix is needed",)

# How a decoder dies of its input.
CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL})
CRASHED = (
    "We cannot read this file: our reader breaks on it. Another app may save it in a way that we can read."
)
UNKNOWN_LAYOUT = (
    "The sound of this video has a channel layout that is not supported. Use mono, stereo or 5.1 surround."
)


def is_memory(ended: Ended) -> bool:
    return tells_memory(ended.stderr_tail)


def tells_memory(text: str) -> bool:
    return any(sign in text for sign in MEMORY_SIGNS)


def is_crash(ended: Ended) -> bool:
    return -ended.exit_code in CRASHES


def is_layout(ended: Ended) -> bool:
    return ended.exit_code > 0 and _says(ended, LAYOUT_SIGNS)


def is_clip(ended: Ended) -> bool:
    """A signal is a kill of ours or of the machine's (memory, file size), never the visitor's doing."""
    return ended.exit_code > 0 and _says(ended, CLIP_SIGNS) and not is_memory(ended)


def _says(ended: Ended, signs: tuple[str, ...]) -> bool:
    return any(sign in ended.stderr_tail for sign in signs)
