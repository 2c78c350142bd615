from django.apps import AppConfig


class ReelBallersConfig(AppConfig):
    name = "reelballers"
    verbose_name = "People"

    def ready(self) -> None:
        from reelballers import checks  # noqa: F401
        from reelballers.user_db import descriptors

        descriptors.raise_limit()
