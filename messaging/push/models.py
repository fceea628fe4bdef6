"""The devices on which people have themselves notified, and which of them have a notice already."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import OwnRows
from qsm.events.models import Delivery


class PushSubscription(models.Model):
    """A browser on a device, as its push service knows it. `p256dh` and `auth`: the browser's keys, base64url.

    An endpoint is one person's: whoever registers a browser anew takes it over from who did before. Times are real ones;
    `failed_at` and `failure` are about the last try, nothing once it went well.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=87)
    auth = models.CharField(max_length=22)
    made_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = OwnRows["PushSubscription"](seller=None, buyer="user_id")
    unscoped = models.Manager["PushSubscription"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.service

    @property
    def service(self) -> str:
        """The host of its push service, by which a person may tell the own browsers apart."""
        return self.endpoint.split("/")[2]


class PushSent(models.Model):
    """A device has the notice of a delivery that still waits for other devices: it is not told again."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["delivery", "subscription"], name="push_sent_once"),)

    def __str__(self) -> str:
        return f"{self.delivery_id} → {self.subscription_id}"
