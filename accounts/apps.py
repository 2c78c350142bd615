from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """What a user's own file says about its account."""

    name = "accounts"
    in_user_files = True

    def ready(self) -> None:
        from accounts import letters  # noqa: F401 - registers how they read


class AccountsSharedConfig(AppConfig):
    """Codes on their way, in `default`."""

    name = "accounts.shared"
    label = "accounts_shared"
    verbose_name = "Accounts"
