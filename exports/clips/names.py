"""Names of clips and exports: whatever a visitor or a phone calls them becomes one line that can be shown and saved."""

import unicodedata

UNTITLED = "Untitled clip"
# What people read of an export's type in ledger, statements and file names. The app has its own: frontend/src/names.ts.
TYPE_NAMES = {"framing": "Reframe", "overlay": "Spotlight", "annotate": "Telestrate", "upscale": "Upscale"}
MAX_CHARACTERS = 200
MAX_FILE_BYTES = 200  # of a file's name; file systems take 255
# Line breaks, control characters, halves of surrogate pairs; and what makes a name read backwards.
_NEVER_SHOWN = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
_NOT_IN_FILES = set('/\\:*?"<>|')


def clean_name(name: str) -> str:
    """One line of at most 200 characters, blanks joined; empty if nothing is left."""
    shown = (" " if unicodedata.category(one) in _NEVER_SHOWN else one for one in name if one not in _TURNS)
    return " ".join("".join(shown).split())[:MAX_CHARACTERS].strip()


def file_name(name: str, what: str) -> str:
    """What a download is saved as: the clip's name and what was made of it, such as `Final · Reframe 9x16.mp4`."""
    plain = "".join("-" if one in _NOT_IN_FILES else one for one in clean_name(name)).strip(". ")
    end = f" · {what}.mp4"
    room = MAX_FILE_BYTES - len(end.encode())
    return (plain or UNTITLED).encode()[:room].decode(errors="ignore").rstrip() + end
