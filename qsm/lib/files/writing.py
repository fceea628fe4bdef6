"""Files out: CSV that sellers' tools can read, with no cell that a spreadsheet would run."""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

# What a spreadsheet takes for the start of a formula: = + - @ and every character that NFKC folds into one of
# them (small, full-width, raised and lowered forms), and the minus sign. A test compares this with Unicode.
_SIGNS = r"=+\-@\u207a\u207c\u208a\u208c\u2212\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
# What may stand in front of the sign without showing: spaces, controls, joiners, marks of direction.
_INVISIBLE = (
    r"\x00-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f"
    r"\ufeff\ufff9-\ufffb\U000e0001-\U000e007f"
)
_FORMULA = re.compile(rf"[{_INVISIBLE}]*[{_SIGNS}]|[{_INVISIBLE}]*?[\t\r\n]")
_CAREFUL = re.compile(rf"[{_INVISIBLE}{_SIGNS}']")

GETA = "〓"
# Characters that cp932 has under another code point: the two Japanese mappings to Unicode differ in these.
_TWINS = dict(zip("\u2212\u301c\u2016\u2014\u00a5\u00a2\u00a3\u00ac", "－～∥―￥￠￡￢", strict=True))
# Selectors, joiners and marks that show nothing by themselves; all of them are invisible to the guard as well.
_NOTHING = re.compile(r"[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")
# A kana with its mark apart, as some systems type and file them.
_VOICED = re.compile(r"[\u3041-\u30ff][\u3099\u309a]")
ENCODINGS = ("cp932", "utf-8-sig")
LINES_PER_PIECE = 500


def guarded(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula: an apostrophe in front where it could be one.

    A text that already looks guarded gets one more, so `unguarded(guarded(text)) == text` for every text.
    """
    if not text or text[0].isalnum() or not _CAREFUL.match(text):
        return text
    return f"'{text}" if _FORMULA.match(text) or _looks_guarded(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made a cell of."""
    return cell[1:] if _looks_guarded(cell) else cell


def csv_lines(rows: Iterable[Sequence[object]], encoding: str) -> Iterator[bytes]:
    """Rows as a CSV file in pieces: every field quoted, CRLF (the form of the marketplace's own files).

    Texts are guarded against formulas; numbers stay numbers. `encoding` is "utf-8-sig" or "cp932". What cp932
    lacks is written as its twin where it has one, else as 〓, the printers' mark for a missing letter.
    Raises LookupError for another encoding.
    """
    if encoding not in ENCODINGS:
        raise LookupError(f"files are written in {' or '.join(ENCODINGS)}, not {encoding}")
    lines = _Lines()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    encode = codecs.getincrementalencoder(encoding)("qsm.geta").encode
    remaining = iter(rows)
    while piece := list(islice(remaining, LINES_PER_PIECE)):
        writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in piece)
        yield encode(_VOICED.sub(_composed, lines.taken()))


def as_cp932(text: str) -> str:
    """A text as it reads after a journey through cp932: with twins, and 〓 for what that lacks."""
    return _VOICED.sub(_composed, text).encode("cp932", "qsm.geta").decode("cp932")


class _Lines(list[str]):
    """What csv writes into."""

    write = list.append

    def taken(self) -> str:
        text = "".join(self)
        self.clear()
        return text


def _looks_guarded(cell: str) -> bool:
    return cell.startswith("'") and (cell.startswith("''") or bool(_FORMULA.match(cell, 1)))


def _composed(kana: re.Match[str]) -> str:
    """One letter for a kana and its mark. Nothing else: NFC would change characters of names (U+FA19 for one)."""
    return unicodedata.normalize("NFC", kana[0])


def _geta(error: UnicodeError) -> tuple[str, int]:
    """What cp932 gets for characters that it lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = _NOTHING.sub("", error.object[error.start : error.end])
    return "".join(_TWINS.get(sign, GETA) for sign in lacking), error.end


codecs.register_error("qsm.geta", _geta)
