"""The mails of invitations: a small outbox of its own, for the web process never talks to the mail server (R-A2)."""

from datetime import timedelta
from urllib.parse import urljoin

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from qsm.accounts.members import account_of, token_of
from qsm.accounts.models import Invitation
from qsm.lib import clock

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 12
AT_ONCE = 20


def send_due() -> int:
    """Send the mails that are due; returns how many went out. Twice at once, late or killed midway loses none.

    Killed between sending and noting it, a mail goes out again under the same Message-ID.
    """
    now, sent = clock.real(), 0
    due = Invitation.objects.filter(sent_at__isnull=True, next_at__lte=now, attempts__lt=MOST_ATTEMPTS)
    for invitation in due.select_related("seller").order_by("next_at")[:AT_ONCE]:
        pause = timedelta(seconds=30 * 2**invitation.attempts)
        mine = Invitation.objects.filter(pk=invitation.pk, next_at=invitation.next_at)
        if mine.update(next_at=now + pause, attempts=F("attempts") + 1):
            if not _sent(invitation):
                break  # where a server does not answer, the others would wait for it in vain too
            sent += 1
    return sent


def _sent(invitation: Invitation) -> bool:
    try:
        _mail(invitation).send()
    except Exception as failure:  # whatever the mail server says, the next try is due already
        log.warning("invitation_not_sent", invitation=invitation.pk, exc_info=failure)
        return False
    Invitation.objects.filter(pk=invitation.pk, code=invitation.code).update(sent_at=clock.real())
    return True


def _mail(invitation: Invitation) -> EmailMultiAlternatives:
    known = account_of(invitation)
    language = known.language if known else invitation.seller.language
    with translation.override(language):
        context = {
            "shop": invitation.seller.name,
            "role": invitation.get_role_display(),
            "link": urljoin(settings.SITE_URL, reverse("join", args=[token_of(invitation)])),
            "language": language,
        }
        mail = EmailMultiAlternatives(
            subject=" ".join((gettext("Invitation to %(shop)s") % context).split()),
            body=render_to_string("mail/invitation.txt", context),
            to=[invitation.email],
            headers={
                "Message-ID": f"<invitation-{invitation.pk}.{invitation.code}@{settings.SITE_HOST}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(render_to_string("mail/invitation.html", context), "text/html")
    return mail
