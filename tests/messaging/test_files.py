"""Files with claims and messages: what is taken, how it is named, where it stays, who gets it back (R-B1, R-P8, R-A1)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict
from PIL import Image

from claims.models import Claim
from messaging.attachments.forms import WithFiles
from messaging.attachments.lifecycle import attach_to_claim
from messaging.attachments.models import Attachment, Format, attachment_storage
from messaging.attachments.names import kept_name, shown_name
from messaging.attachments.uploads import Upload, put_aside, read_token
from messaging.tasks import forget_unsent_files
from qsm.accounts.access import Actor, Party
from qsm.accounts.models import Role
from qsm.events.door import change
from qsm.events.invariants import violations
from qsm.lib import clock
from tests.claims.doings import browser, shop_browser
from tests.factories import OrderFactory, UserFactory, buyer_of, requested_cancel
from tests.messaging.files import HEIC, HTML, PDF, SVG, ZIP, endless_scans, flood, picture, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def english(settings: Any) -> None:
    """Where the request does not say otherwise."""
    settings.LANGUAGE_CODE = "en"


def attached(*files: SimpleUploadedFile, claim: Claim | None = None) -> list[Attachment]:
    """Files with a claim of their own."""
    claim = claim or requested_cancel()
    accepted = [put_aside(file) for file in files]
    with change(by := buyer_of(claim.order)):
        attach_to_claim(accepted, order=claim.order, claim_id=claim.pk, by=by)
    return list(Attachment.unscoped.filter(claim_id=claim.pk).order_by("pk"))


def filled(*files: SimpleUploadedFile, by: Actor | None = None, tokens: list[str] | None = None) -> WithFiles:
    data = QueryDict(mutable=True)
    data.update({"seen": "1", "key": "k"})
    data.setlist("attachments", tokens or [])
    somebody = by or Actor(Party.BUYER, user_id=1)
    return WithFiles(data, MultiValueDict({"attachments": list(files)}), by=somebody)


def body(answer: Any) -> bytes:
    return b"".join(answer)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("drawing.svg", SVG, "kind"),
        ("photo.jpg", HTML, "kind"),
        ("photo.jpg", ZIP, "kind"),
        ("photo.jpg", b"MZ" + b"\0" * 99, "kind"),
        ("photo.heic", HEIC, "heic"),
        ("photo.png", picture("PNG")[:70], "damaged"),
        ("photo.png", picture("PNG")[:8] + HTML, "damaged"),
        ("photo.jpg", flood(8000, 7900), "too_large"),
        ("photo.jpg", endless_scans(), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_refused_says_which_file_and_what_to_do(name: str, data: bytes, code: str) -> None:
    """R-B1: found by its contents; a name and a header say nothing."""
    with pytest.raises(ValidationError) as refused:
        put_aside(sent(name, data))
    assert refused.value.code == code
    assert f"“{name}”" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("傷.png", picture("PNG"), ("傷.jpg", Format.PICTURE)),
        ("photo", picture("WEBP"), ("photo.jpg", Format.PICTURE)),
        ("moving.gif", picture("GIF", mode="P"), ("moving.jpg", Format.PICTURE)),
        ("receipt.exe", PDF, ("receipt.pdf", Format.PDF)),
    ],
)
def test_what_is_taken_bears_the_ending_of_what_it_is(name: str, data: bytes, kept: tuple[str, str]) -> None:
    """R-B1: pictures are drawn anew as JPEG; a PDF stays as it is."""
    upload = put_aside(sent(name, data))
    with attachment_storage().open(upload.stored) as file:
        contents = file.read()
    assert (upload.name, upload.format, upload.size) == (*kept, len(contents))
    if upload.format == Format.PDF:
        assert contents == data
    else:
        assert Image.open(BytesIO(contents)).format == "JPEG"


@pytest.mark.parametrize(
    ("name", "shown", "kept"),
    [
        ("../../etc/passwd", "passwd", "passwd.jpg"),
        ("..\\..\\boot.ini", "boot.ini", "boot.jpg"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie: x=1.png", "a Set-Cookie: x=1.jpg"),
        ("gpj.\u202egnp.exe", "gpj. gnp.exe", "gpj. gnp.jpg"),
        ("..", "file", "file.jpg"),
        ("\0", "file", "file.jpg"),
        ("が.png", "が.png", "が.jpg"),
        ("x" * 300 + ".png", "x" * 96 + ".png", "x" * 96 + ".jpg"),
    ],
)
def test_names_lead_nowhere_and_hide_nothing(name: str, shown: str, kept: str) -> None:
    """R-B1: folders, line ends and signs that turn text around are taken out."""
    assert (shown_name(name), kept_name(name, Format.PICTURE)) == (shown, kept)


def test_a_file_is_stored_under_a_name_that_nobody_sent() -> None:
    """R-B1"""
    one, other = (put_aside(sent("photo.jpg", picture())) for _ in range(2))
    assert one.stored != other.stored
    assert "photo" not in one.stored
    assert attachment_storage().exists(one.stored)


def test_five_files_and_four_megabytes() -> None:
    """R-B1: what is too much is left out by name, the others stay chosen."""
    form = filled(*(sent(f"{place}.png", picture("PNG")) for place in range(6)))
    assert not form.is_valid()
    assert form.errors["attachments"] == ["“5.png” was left out: 5 files at most can be sent together."]
    assert [upload.name for upload in form.fields["attachments"].taken] == [f"{place}.jpg" for place in range(5)]
    heavy = PDF + b"%" * (3 * 2**20)
    form = filled(sent("a.pdf", heavy), sent("b.pdf", heavy), sent("c.pdf", PDF))
    assert not form.is_valid()
    assert form.errors["attachments"] == [
        "“b.pdf” was left out: all files together may have 4 MB at most. Make it smaller."
    ]
    assert [upload.name for upload in form.fields["attachments"].taken] == ["a.pdf", "c.pdf"]


def test_what_was_accepted_stays_chosen_and_can_be_unticked() -> None:
    """R-B1: the form that comes back has the good file, and says what is wrong with the other."""
    form = filled(sent("good.png", picture("PNG")), sent("bad.svg", SVG))
    assert not form.is_valid()
    shown = str(form["attachments"])
    assert "good.jpg" in shown
    assert 'type="checkbox"' in shown
    [token] = form.data.getlist("attachments")
    again = filled(tokens=[token])
    assert again.is_valid()
    assert [upload.name for upload in again.cleaned_data["attachments"]] == ["good.jpg"]
    assert filled(tokens=[]).is_valid()


def test_a_token_is_of_use_to_nobody_else_and_not_for_ever() -> None:
    """R-A1: what somebody put aside, another cannot send."""
    upload = put_aside(sent("mine.png", picture("PNG")))
    token = upload.token(1)
    assert read_token(token, 1) == upload
    for wrong, user_id in ((token, 2), (token[:-1], 1), ("773104500", 1), ("", 1)):
        with pytest.raises(ValidationError) as refused:
            read_token(wrong, user_id)
        assert refused.value.code == "gone"
    form = filled(tokens=[token], by=Actor(Party.BUYER, user_id=2))
    assert form.errors["attachments"] == ["A file that was chosen before is not there any more. Choose it again."]


@pytest.mark.parametrize("who", ["buyer", Role.OWNER, Role.VIEWER])
def test_a_picture_is_shown_and_a_pdf_only_saved(who: str) -> None:
    """R-P8, R-A2: to both sides; nothing in a file can run or be taken for another kind."""
    claim = requested_cancel()
    shown, saved = attached(sent("傷 写真.png", picture("PNG")), sent('a"b.pdf', PDF), claim=claim)
    theirs = browser(claim.order.buyer.user_id) if who == "buyer" else shop_browser(claim.seller, who)
    path = "/my/files/{}/" if who == "buyer" else "/files/{}/"
    answer = theirs.get(path.format(shown.pk))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline; filename*=utf-8''%E5%82%B7")
    assert Image.open(BytesIO(body(answer))).size == (60, 40)
    other = theirs.get(path.format(saved.pk))
    assert other.headers["Content-Type"] == "application/pdf"
    assert other.headers["Content-Disposition"] == 'attachment; filename="a\\"b.pdf"'
    assert body(other) == PDF
    for one in (answer, other):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in one.headers["Content-Security-Policy"]
        assert "private" in one.headers["Cache-Control"]


def test_anothers_file_is_like_none() -> None:
    """R-A1: byte for byte, for another shop, another buyer, and the shop's member among buyers."""
    [file] = attached(sent("photo.png", picture("PNG")))
    strangers = [shop_browser(OrderFactory().seller), browser(UserFactory().pk)]
    for stranger, path in zip(strangers, ("/files/{}/", "/my/files/{}/"), strict=True):
        theirs, nobodys = (stranger.get(path.format(pk)) for pk in (file.pk, file.pk + 999))
        assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    assert shop_browser(file.seller).get(f"/my/files/{file.pk}/").status_code == 404
    assert Client().get(f"/files/{file.pk}/").status_code == 302


def test_a_file_whose_contents_are_lost_is_not_there() -> None:
    """R-P8: a restored database may know of files that the storage has lost; that is no fault of the page."""
    [file] = attached(sent("photo.png", picture("PNG")))
    attachment_storage().delete(file.stored)
    assert shop_browser(file.seller).get(f"/files/{file.pk}/").status_code == 404


def test_operators_open_files_in_admin() -> None:
    """R-B8, R-A2: by Django's permissions."""
    [file] = attached(sent("photo.png", picture("PNG")))
    boss = browser(UserFactory(is_staff=True, is_superuser=True).pk)
    assert body(boss.get(f"/admin/messaging/attachment/{file.pk}/file/")).startswith(b"\xff\xd8")
    assert "photo.jpg" in boss.get("/admin/messaging/attachment/").content.decode()
    assert (
        f"/admin/messaging/attachment/{file.pk}/file/"
        in boss.get(f"/admin/claims/claim/{file.claim_id}/change/").content.decode()
    )
    small = browser(UserFactory(is_staff=True).pk)
    assert small.get(f"/admin/messaging/attachment/{file.pk}/file/").status_code == 403


def test_what_nobody_sent_on_is_thrown_away_some_days_later() -> None:
    """R-B1: by a job that runs twice as well as once, and touches nothing that belongs to a claim."""
    storage, today = attachment_storage(), clock.day_of(clock.real())
    [file] = attached(sent("photo.png", picture("PNG")))
    sent_on, unsent = put_aside(sent("b.pdf", PDF)), put_aside(sent("a.pdf", PDF))
    old = {upload: moved(upload, days=5) for upload in (sent_on, unsent)}
    with change(by := buyer_of(file.order)):
        attach_to_claim([old[sent_on]], order=file.order, claim_id=file.claim_id, by=by)
    young = put_aside(sent("c.pdf", PDF))
    forget_unsent_files()
    forget_unsent_files()
    there = [storage.exists(name) for name in (file.stored, old[sent_on].stored, young.stored, old[unsent].stored)]
    assert there == [True, True, True, False]
    assert young.stored.startswith(today.isoformat())


def moved(upload: Upload, days: int) -> Upload:
    """As if it had been put aside some days earlier."""
    day = clock.day_of(clock.real()) - timedelta(days=days)
    with attachment_storage().open(upload.stored) as file:
        stored = attachment_storage().save(f"{day.isoformat()}/{upload.stored.rpartition('/')[2]}", file)
    return Upload(stored, upload.name, upload.format, upload.size, upload.width, upload.height)


def test_the_database_judges_too() -> None:
    """R-A1, R-A3: a file belongs to one claim or message, is never changed, and has the readers of what it came with."""
    [file] = attached(sent("photo.png", picture("PNG")))
    for wrong in ({"claim_id": None}, {"seller": None}, {"width": None}):
        row = Attachment.unscoped.get(pk=file.pk)
        row.pk = None
        for name, value in wrong.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Attachment.unscoped.filter(pk=file.pk).update(name="other.jpg")
    assert violations() == []
    row = Attachment.unscoped.get(pk=file.pk)
    row.pk, row.seller = None, OrderFactory().seller
    row.save(force_insert=True)
    assert violations() == ["files_of_other_claims: photo.jpg"]
