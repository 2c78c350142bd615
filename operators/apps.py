from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class OperatorsConfig(AppConfig):
    """The roof: pages, figures, commands and the work on users' files. Nothing below imports it."""

    name = "operators"
    claims_on_default = "operators.user_files.registry.claims_of"

    def ready(self) -> None:
        from operators import metrics  # noqa: F401 - its sources register themselves
        from operators.roles import sync

        last = list(apps.get_app_configs())[-1]
        post_migrate.connect(sync, sender=last, dispatch_uid="operators.roles")


class OperatorsAdminConfig(AdminConfig):
    default_site = "operators.site.OperatorsSite"
