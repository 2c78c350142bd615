"""Cells of a CSV file that a spreadsheet shows as they are, and never runs."""

import unicodedata

_SIGNS = frozenset("=+-@|\N{MINUS SIGN}")
# What a spreadsheet skips before it decides: control and format characters (a BOM among them), blanks of any kind.
_SKIPPED = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def harmless(fact: object) -> object:
    """Numbers as they are; a text that might be a formula behind a quote."""
    return f"'{fact}" if isinstance(fact, str) and _may_be_a_formula(fact) else fact


def _may_be_a_formula(text: str) -> bool:
    first = next((one for one in text if unicodedata.category(one) not in _SKIPPED), "")
    return unicodedata.normalize("NFKC", first)[:1] in _SIGNS  # full-width signs count too
