from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = gettext_lazy("Claims")

    def ready(self) -> None:
        """Django calls this."""
        from claims.penalties import FOLLOWS_MISSED
        from qsm.events import consumers

        consumers.register(FOLLOWS_MISSED)
