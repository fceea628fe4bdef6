from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        """Offer the channels to the spine."""
        from messaging import channels

        channels.register()
