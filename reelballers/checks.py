"""System checks, registered by being imported here."""

from reelballers.user_db import checks  # noqa: F401
