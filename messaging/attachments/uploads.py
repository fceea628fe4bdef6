"""Files on their way in: looked at, put aside, and attached when the change that they belong to happens (R-B1, R-C2).

A form with files may be shown again: because a field is missing, or because the popup asks once (R-P6). A browser sends no
file a second time by itself, so what was accepted is put aside, and the form carries a signed token of it.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

import filetype
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from messaging.attachments.models import Format, attachment_storage
from messaging.attachments.names import kept_name, shown_name
from qsm.lib import clock
from qsm.lib.pictures import DamagedPictureError, Picture, TooLargePictureError, redrawn

MOST_FILES, MOST_BYTES = 5, 4 * 2**20
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
PUT_ASIDE_FOR = timedelta(days=1)
SALT = "messaging.attachments"
REFUSALS = {
    "kind": _(
        "“%(name)s” is neither a picture nor a PDF. JPEG, PNG, WebP, GIF and PDF can be sent. "
        "Take a picture of it, or save it as PDF."
    ),
    "heic": _("“%(name)s” is a HEIC picture, which many devices cannot show. Save it as JPEG, and choose that."),
    "damaged": _("“%(name)s” cannot be read. Open it, save it as JPEG or PNG, or take a screenshot, and choose that."),
    "too_large": _("“%(name)s” is too large to be drawn. Make the picture smaller, or take a screenshot of it."),
    "too_many": _("“%(name)s” was left out: 5 files at most can be sent together."),
    "too_heavy": _("“%(name)s” was left out: all files together may have 4 MB at most. Make it smaller."),
    "enough_today": _(
        "“%(name)s” was left out: too many files have been chosen today that were not sent. "
        "Send the form without it, or come back tomorrow."
    ),
    "gone": _("A file that was chosen before is not there any more. Choose it again."),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was accepted and put aside.

    stored: its name in the storage; size: in bytes, as it is kept; width, height: in pixels, of pictures only.
    """

    stored: str
    name: str
    format: str
    size: int
    width: int | None = None
    height: int | None = None

    def token(self, user_id: int | None) -> str:
        """By which the person's next form names it."""
        return signing.dumps(asdict(self), salt=f"{SALT}.{user_id}", compress=True)


def put_aside(sent: UploadedFile) -> Upload:
    """Look at a file and keep it, without any lock. Pictures are drawn anew, PDFs kept as they are.

    Raises ValidationError with a code of REFUSALS.
    """
    data = sent.read()
    kind = filetype.guess_mime(data)
    if kind == Format.PDF:
        return _kept(data, sent, Format.PDF)
    if kind not in PICTURES:
        raise refusal("heic" if kind in {"image/heic", "image/avif"} else "kind", sent)
    picture = _redrawn(data, sent)
    return _kept(picture.jpeg, sent, Format.PICTURE, picture.width, picture.height)


def read_token(token: str, user_id: int | None) -> Upload:
    """What this person put aside. Raises ValidationError for what is too old or another's."""
    try:
        return Upload(**signing.loads(token, salt=f"{SALT}.{user_id}", max_age=PUT_ASIDE_FOR))
    except signing.BadSignature as bad:
        raise ValidationError(REFUSALS["gone"], "gone") from bad


def refusal(code: str, sent: UploadedFile | Upload) -> ValidationError:
    """Which file is not taken, and why, for a person."""
    return ValidationError(REFUSALS[code], code, {"name": shown_name(sent.name or "")})


def _redrawn(data: bytes, sent: UploadedFile) -> Picture:
    try:
        return redrawn(data)
    except DamagedPictureError as damaged:
        raise refusal("damaged", sent) from damaged
    except TooLargePictureError as too_large:
        raise refusal("too_large", sent) from too_large


def _kept(
    data: bytes, sent: UploadedFile, format: Format, width: int | None = None, height: int | None = None
) -> Upload:
    name = f"{clock.day_of(clock.real()).isoformat()}/{secrets.token_hex(16)}"
    stored = attachment_storage().save(name, ContentFile(data))
    return Upload(stored, kept_name(sent.name or "", format), format, len(data), width, height)
