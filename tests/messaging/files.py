"""Files as people and attackers send them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + b"\0" * 60
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 60


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    """A picture in one color."""
    target = BytesIO()
    Image.new(mode, size, "teal").save(target, form, **options)
    return target.getvalue()


def telling_picture() -> bytes:
    """With a place, a remark and a name beside its pixels, and an archive with a script behind it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    exif[0x010E] = "secret description"
    exif[0x8825] = {1: "N", 2: (35.0, 39.0, 31.0)}
    xmp = b"<x:xmpmeta>secret place</x:xmpmeta>"
    return picture(exif=exif, comment=b"secret remark", xmp=xmp) + ZIP + HTML


def flood(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that asks for four bytes of memory for each of very many pixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 4 * width)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def endless_scans(times: int = 20_000) -> bytes:
    """A small JPEG that refines the same large picture again and again."""
    data = picture(size=(4000, 4000), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


def sent(name: str, data: bytes, content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """As a browser sends it; what it says of the kind is not believed."""
    return SimpleUploadedFile(name, data, content_type)


def _chunk(named: tuple[bytes, bytes]) -> bytes:
    name, data = named
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
