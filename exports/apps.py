from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Projects and jobs, in a user's file."""

    name = "exports"
    in_user_files = True
    claims_on_default = "exports.reindex.claims_of"


class ExportsSharedConfig(AppConfig):
    """The index of open jobs, in `default`."""

    name = "exports.shared"
    label = "exports_shared"
    verbose_name = "Exports"
