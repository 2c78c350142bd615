"""What Django's autodiscovery looks for; each page registers itself."""

from operators import exports_admin, payments_admin, people_admin, wallets_admin  # noqa: F401
