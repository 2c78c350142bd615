from django.apps import AppConfig


class ReelBallersConfig(AppConfig):
    name = "reelballers"
    verbose_name = "People"
    rows_in_default = "reelballers.registry.rows_of"

    def ready(self) -> None:
        from reelballers import checks  # noqa: F401
        from reelballers.user_db import descriptors

        descriptors.raise_limit()
