"""Pictures of strangers are drawn anew by a child that ends where they ask for too much (quality.md, files)."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from dev import ROOT
from qsm.lib.pictures import DamagedPictureError, TooLargePictureError, redrawn
from tests.messaging.files import endless_scans, flood, picture, telling_picture

ALLOWED_SECONDS, ALLOWED_MEGABYTES = 2.5, 100
# What a child took: seconds of CPU and the most memory, asked for in a process that is small itself.
MEASURE = """
import resource, sys
from qsm.lib.pictures import TooLargePictureError, redrawn
try:
    redrawn(sys.stdin.buffer.read())
except TooLargePictureError:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(redrawn(data).jpeg))


def test_only_pixels_get_through() -> None:
    """R-P8: no place, no remark, nothing behind the picture; and it stands upright."""
    sent = telling_picture()
    assert all(word in sent for word in (b"secret remark", b"secret place", b"secret description", b"PK", b"<script>"))
    kept = redrawn(sent)
    assert not any(word in kept.jpeg for word in (b"secret", b"Exif", b"PK", b"<script>", b"ns.adobe"))
    assert not Image.open(BytesIO(kept.jpeg)).getexif()
    assert (kept.width, kept.height) == (40, 60)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_the_camera_was_held(orientation: int) -> None:
    """R-P8: the red corner is where whoever took the picture saw it."""
    scene = Image.new("RGB", (80, 40), "white")
    scene.paste("red", (0, 0, 30, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    # How a camera stores an upright scene that it saw in this orientation.
    store = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = scene.transpose(Image.Transpose(store[orientation])) if orientation > 1 else scene
    target = BytesIO()
    stored.save(target, "JPEG", exif=exif, quality=95)
    seen = opened(target.getvalue())
    assert seen.size == (80, 40)
    red, green, _blue = seen.getpixel((10, 8))
    assert (red > 200, green < 80) == (True, True)


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("GIF", "P"), ("JPEG", "CMYK")]
)
def test_every_kind_becomes_a_jpeg(form: str, mode: str) -> None:
    """R-B1"""
    assert (opened(picture(form, mode=mode)).format, opened(picture(form, mode=mode)).size) == ("JPEG", (60, 40))


def test_what_is_seen_through_is_white() -> None:
    """R-B1: black writing on nothing stays readable."""
    target = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "PNG")
    assert min(opened(target.getvalue()).getpixel((5, 5))) > 250


def test_large_pictures_are_made_smaller() -> None:
    """R-P8: as phones take them, and as screens show them."""
    for form, size in (("JPEG", (4032, 3024)), ("JPEG", (8064, 6048)), ("PNG", (3840, 2160))):
        kept = redrawn(picture(form, size))
        assert max(kept.width, kept.height) == 2000
        assert abs(kept.width / kept.height - size[0] / size[1]) < 0.01


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", picture("PNG")[:80], picture("BMP"), picture()[:200] + b"x" * 99]
)
def test_what_is_no_picture_is_damaged(data: bytes) -> None:
    """R-B1: half a picture, and a kind that is not taken."""
    with pytest.raises(DamagedPictureError):
        redrawn(data)


@pytest.mark.parametrize(
    "bomb", [lambda: flood(8000, 7900), lambda: flood(60_000, 3000), endless_scans], ids=["memory", "pixels", "time"]
)
def test_a_bomb_ends_the_child_alone(bomb) -> None:
    """R-B1: within 2 seconds of CPU and 100 MB; a file of some hundred kilobytes asks for far more."""
    data = bomb()
    assert len(data) < 4 * 2**20
    with pytest.raises(TooLargePictureError):
        redrawn(data)
    measured = subprocess.run([sys.executable, "-c", MEASURE], input=data, stdout=subprocess.PIPE, cwd=ROOT, check=True)
    seconds, megabytes = map(float, measured.stdout.split())
    assert seconds < ALLOWED_SECONDS
    assert megabytes < ALLOWED_MEGABYTES
