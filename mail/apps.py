from django.apps import AppConfig


class MailConfig(AppConfig):
    """Letters that wait in a user's own file, committed with what they tell of."""

    name = "mail"
    in_user_files = True
    claims_on_default = "mail.reindex.claims_of"


class MailSharedConfig(AppConfig):
    """Which user has a letter to be sent, in `default`."""

    name = "mail.shared"
    label = "mail_shared"
    verbose_name = "Mail"
