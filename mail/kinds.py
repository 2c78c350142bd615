"""How each kind of letter reads. The apps that cause letters register theirs: `@letter("receipt")`."""

from collections.abc import Callable
from typing import Any

from mail.letters import Letter

Words = Callable[[dict[str, Any]], Letter]
_words: dict[str, Words] = {}


def letter(kind: str) -> Callable[[Words], Words]:
    """The function gets the letter's facts, outside of any transaction: it may ask other services."""

    def register(words: Words) -> Words:
        _words[kind] = words
        return words

    return register


def written(kind: str, facts: dict[str, Any]) -> Letter:
    return _words[kind](facts)
