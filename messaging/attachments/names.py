"""Names of strangers' files, as they are shown and offered for saving."""

import re
import unicodedata

from messaging.attachments.models import NAME_MAX, Format

ENDINGS = {Format.PICTURE: ".jpg", Format.PDF: ".pdf"}
NAMELESS = "file"


def shown_name(sent: str) -> str:
    """A file's name as it was sent, without folders, and without signs that are not seen or turn the others around.

    So that every refusal can name the file.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    visible = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in last)
    return " ".join(visible.split())[-NAME_MAX:].strip(". ") or NAMELESS


def kept_name(sent: str, format: Format) -> str:
    """The shown name with the ending of what the file is, whatever it was sent as."""
    ending = ENDINGS[format]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", shown_name(sent))[: NAME_MAX - len(ending)]
    return stem + ending
