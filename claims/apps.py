from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"

    def ready(self) -> None:
        """Django calls this."""
        from claims.penalties import FOLLOWS_MISSED
        from qsm.events import consumers

        consumers.register(FOLLOWS_MISSED)
