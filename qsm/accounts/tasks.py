"""What beat ticks."""

from celery import shared_task

from qsm.accounts import invitations


@shared_task(ignore_result=True)
def send_invitations() -> None:
    """Send the mails of invitations that are due."""
    invitations.send_due()
