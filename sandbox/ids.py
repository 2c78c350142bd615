"""Random ids that look like Stripe's."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """`new_id("pi")` → `pi_3…`; a session's id is as long as Stripe's, for columns to overflow."""
    if prefix == "cs_test":
        return f"cs_test_a1{random_text(56)}"
    return f"{prefix}_1{random_text(23)}"
