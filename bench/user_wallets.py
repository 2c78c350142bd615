"""What the wallets of the benchmark's users hold."""

CREDITED_EVERY = 10


def credits_of(user_id: str) -> int:
    """What a user's balance should be."""
    number = int(user_id, 16)
    return 0 if number % CREDITED_EVERY else number + 1
