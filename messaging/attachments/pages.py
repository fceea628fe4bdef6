"""A file itself, for those who may read what it came with. No web server serves it past these views (R-A1)."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from messaging.attachments.models import Attachment
from qsm.accounts.access import Actor, buyer_page, mine, seller_page

# Whatever a reader of the file makes of it, it runs nothing and loads nothing.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
@seller_page
def file(request: HttpRequest, actor: Actor, attachment_id: int) -> FileResponse:
    """A file of the shop's own claims and conversations."""
    return served(actor, attachment_id)


@require_safe
@buyer_page
def my_file(request: HttpRequest, actor: Actor, attachment_id: int) -> FileResponse:
    """A file of the buyer's own claims and conversations."""
    return served(actor, attachment_id)


def served(actor: Actor, attachment_id: int) -> FileResponse:
    """The contents: a picture, which we drew ourselves, is shown; all else is only ever saved. Raises Http404."""
    attachment = mine(Attachment.objects.for_actor(actor), pk=attachment_id)
    try:
        contents = attachment.contents()
    except FileNotFoundError as lost:
        raise Http404 from lost
    return FileResponse(
        contents,
        content_type=attachment.format,
        as_attachment=not attachment.is_picture,
        filename=attachment.name,
        headers={"Content-Security-Policy": POLICY},
    )
