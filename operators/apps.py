from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class OperatorsConfig(AppConfig):
    """The roof: pages, figures, commands and the work on users' files. Nothing below imports it."""

    name = "operators"
    claims_on_default = "operators.user_files.registry.claims_of"


class OperatorsAdminConfig(AdminConfig):
    default_site = "operators.site.OperatorsSite"
