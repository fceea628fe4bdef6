"""What beat ticks about messages."""

from celery import shared_task

from messaging.attachments import lifecycle


@shared_task(ignore_result=True)
def forget_unsent_files() -> None:
    """Files that were put aside for a form that nobody sent to its end."""
    lifecycle.forget_unsent()
