from django.apps import AppConfig


class WalletConfig(AppConfig):
    """The tables of a user's file."""

    name = "wallet"
    in_user_files = True
    earlier_tables = ("wallet", "ledger")
    adopt_earlier_file = "wallet.adoption.adopt"
    claims_on_default = "wallet.reindex.claims_of"


class WalletSharedConfig(AppConfig):
    """What `default` knows about payments: indexes and inboxes, never money."""

    name = "wallet.shared"
    label = "wallet_shared"
    verbose_name = "Payments"

    def ready(self) -> None:
        import stripe

        from wallet import letters  # noqa: F401 - registers how they read
        from wallet.stripe import handlers

        # dj-stripe's calls too. It keeps a file in HOME, and raises in the first call of a process that has none.
        stripe.enable_telemetry = False
        handlers.disconnect()
