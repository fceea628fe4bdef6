from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class DeskConfig(admin.AdminConfig):
    """Django's admin on our site."""

    default = False
    default_site = "qsm.events.site.OperatorsDesk"


class EventsConfig(AppConfig):
    name = "qsm.events"
    label = "events"
    verbose_name = gettext_lazy("Events and deliveries")

    def ready(self) -> None:
        """Business time comes from the database, and triggers are put back after every migrate.

        post_migrate is Django's own hook for work on the schema; no rule of the product hangs on a signal.
        """
        from qsm.events import triggers
        from qsm.events.demo_clock import read_clock
        from qsm.lib import clock

        clock.read_from(read_clock)
        post_migrate.connect(triggers.install, sender=self)
