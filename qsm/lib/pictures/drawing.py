"""A picture taken to pixels and drawn anew. It does not trust the picture, but limits neither time nor memory."""

from io import BytesIO

from PIL import Image
from PIL.ExifTags import Base
from PIL.Image import Transpose

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# What phones take, 4,000 pixels and a little more, is then read at half its size already.
LONGEST_SIDE = 2000
MOST_PIXELS = 64_000_000
TOO_LARGE = (MemoryError, Image.DecompressionBombError)
# What puts a picture upright, by the orientation that cameras note.
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def drawn(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG and its width and height, turned as the camera was held; what is see-through becomes white.

    Raises one of TOO_LARGE, or whatever a decoder raises of a damaged picture.
    """
    picture: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise MemoryError
    turned = picture.getexif().get(Base.Orientation)
    if picture.mode in {"P", "PA", "1"}:  # a palette's colors do not mix
        picture = _in_colors(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
    picture = _in_colors(picture)
    # A new picture knows nothing of what the old one carried beside its pixels.
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    clean = clean.transpose(TURNS[turned]) if turned in TURNS else clean
    target = BytesIO()
    clean.save(target, "JPEG", quality=85)
    return target.getvalue(), clean.size


def _in_colors(picture: Image.Image) -> Image.Image:
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
