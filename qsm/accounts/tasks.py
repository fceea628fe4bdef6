"""What beat ticks."""

from celery import shared_task
from django.conf import settings

from qsm.accounts import invitations


@shared_task(ignore_result=True, soft_time_limit=settings.SWEEP_SECONDS)
def send_invitations() -> None:
    """Send the mails of invitations that are due."""
    invitations.send_due()
