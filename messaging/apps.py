from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = gettext_lazy("Messages and announcements")

    def ready(self) -> None:
        """Offer the channels to the spine."""
        from messaging import channels
        from messaging.push import channel

        channels.register()
        channel.register()
