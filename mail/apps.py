from django.apps import AppConfig


class MailConfig(AppConfig):
    """Letters and how they leave."""

    name = "mail"
