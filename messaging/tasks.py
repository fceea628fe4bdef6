"""What beat ticks about messages and notices."""

from celery import shared_task

from messaging.attachments import lifecycle
from messaging.push.models import PushSubscription
from qsm.accounts.access import SYSTEM


@shared_task(ignore_result=True)
def forget_unsent_files() -> None:
    """Files that were put aside for a form that nobody sent to its end."""
    lifecycle.forget_unsent()


@shared_task(ignore_result=True)
def forget_devices() -> None:
    """Whose account was closed is notified nowhere (see messaging.push.channel); nor are the devices kept."""
    PushSubscription.objects.for_actor(SYSTEM).filter(user__is_active=False).delete()
