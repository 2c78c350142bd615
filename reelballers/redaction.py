"""Takes secrets out of texts that people will read: logs, and what others told us, on operators' pages."""

import re

HIDDEN = "[hidden]"

_RULES = (
    # Keys and signing secrets of Stripe; what Stripe itself masked (sk_test_****abcd) goes too.
    (re.compile(r"\b(?:sk|rk|whsec)_[\w*]+"), HIDDEN),
    # Anybody who has one may pay, or finish paying, in a visitor's name.
    (re.compile(r"(\w_secret_)\w+"), rf"\1{HIDDEN}"),
    # Whoever holds the rest of such a path is let in by it.
    (re.compile(r"(/sign-in/|/api/account/link/|/api/callbacks/exports/)[^/\s?#'\"<>]+"), rf"\1{HIDDEN}"),
    (
        re.compile(r"([?&](?:signature|token|code|X-Amz-Signature)=)[^&\s#'\"<>]+", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
)


def redacted(text: str) -> str:
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
