"""Every file is looked at, whichever door it comes through."""

from __future__ import annotations

import gc
import io
import json
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Collection, UploadedFile

from masthead.editorial import intake, pictures
from masthead.editorial.models import Attachment, Picture
from masthead.exchange.importers import markdown
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


def drawn(kind: str, size: tuple[int, int] = (40, 30), frames: int = 1, mode: str = "RGB") -> bytes:
    data = io.BytesIO()
    first, *others = [Image.new(mode, size, number * 37 % 256) for number in range(frames)]
    more = {"save_all": True, "append_images": others, "duration": 20} if others else {}
    first.save(data, kind, **more)
    return data.getvalue()


def bomb_png() -> bytes:
    """Return a PNG of a few hundred bytes that says it has 65,000 times 65,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 65_000, 65_000, 1, 0, 0, 0, 0)
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head),
                     chunk(b"IDAT", zlib.compress(b"\0" * 100_000)), chunk(b"IEND", b"")])  # fmt: skip


def packed(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
    return data.getvalue()


EXPANDING = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>"""
FETCHING = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&a;</text></svg>"""

HOSTILE_PICTURES = {
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "words.jpg": (b"These are words.", "no picture"),
    "empty.png": (b"", ""),
    "page.gif": (b"<html><script>alert(1)</script></html>", "no picture"),
    "expanding.png": (EXPANDING, "no picture"),
    "fetching.png": (FETCHING, "no picture"),
    "other.png": (drawn("JPEG"), "another kind: JPEG"),
    "cut.jpg": (drawn("JPEG", (300, 300))[:-300], "damaged"),
    "bomb.png": (bomb_png(), "megapixels"),
    "large.png": (drawn("PNG", (2000, 600), mode="1"), "megapixels"),
    "moving.gif": (drawn("GIF", (500, 300), frames=7), "megapixels"),
    "moving.webp": (drawn("WEBP", (500, 300), frames=7), "megapixels"),
    "moving.png": (drawn("PNG", (500, 300), frames=7, mode="L"), "megapixels"),
    "flicker.gif": (drawn("GIF", (1, 1), frames=1002, mode="L"), "frames"),
}
DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
HOSTILE_ATTACHMENTS = {
    "letter.docm": (packed(DOCX), ""),
    "page.html": (b"<script>alert(1)</script>", ""),
    "program.exe": (b"MZ\x90\0", ""),
    "page.pdf": (b"<html><script>alert(1)</script></html>", "does not hold"),
    "page.mp3": (b"<html><script>alert(1)</script></html>", "does not hold"),
    "program.zip": (b"MZ\x90\0" + packed({"a.txt": b"a"}), "does not hold"),
    "sheet.docx": (packed({"xl/workbook.xml": b"<x/>"}), "does not hold"),
    "macros.docx": (packed(DOCX | {"word/vbaProject.bin": b"\0"}), "macros"),
    "macros.odt": (
        packed({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/x.xml": b"<x/>"}),
        "macros",
    ),
    "book.epub": (packed({"mimetype": b"text/plain"}), "does not hold"),
    "bomb.zip": (packed({f"{n}.txt": b"\0" * 20_000_000 for n in range(3)}), "unpack to far more"),
    "slip.zip": (packed({"../../etc/cron.d/x": b"x"}), "outside of its folder"),
    "cut.zip": (packed({"a.txt": b"a" * 90})[:60], "does not hold"),
    "latin.csv": ("name;café".encode("latin-1"), "UTF-8"),
    "noise.txt": (b"a\0b", "does not hold"),
}
GOOD_ATTACHMENTS = {
    "table.csv": b"name,copies\nAda,24\n",
    "notes.md": "# Café\n".encode(),
    "words.txt": b"Words.",
    "letter.docx": packed(DOCX),
    "sheet.xlsx": packed({"xl/workbook.xml": b"<x/>"}),
    "text.odt": packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
    "book.epub": packed({"mimetype": b"application/epub+zip"}),
    "page.pdf": b"%PDF-1.7\n",
    "words.rtf": b"{\\rtf1 words}",
    "pack.zip": packed({"a/b.txt": b"words " * 1000}),
    "sound.mp3": b"ID3\x04",
    "frames.mp3": b"\xff\xf3\x84\xc4",
    "sound.m4a": b"\0\0\0\x20ftypM4A ",
    "sound.ogg": b"OggS\0",
    "sound.opus": b"OggS\0",
    "sound.wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "sound.flac": b"fLaC\0",
}


@pytest.fixture
def editor(client, django_user_model):
    make.magazine()
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    return client


class Door:
    """A way in: hands a file over; returns what is said when it is refused."""

    def __init__(self, editor, tmp_path: Path) -> None:
        self.editor, self.tmp_path = editor, tmp_path

    def post(self, address: str, field: str, name: str, content: bytes, **data):
        upload = SimpleUploadedFile(name, content)
        return self.editor.post(
            address,
            {"title": "A file", "collection": Collection.get_first_root_node().pk, field: upload}
            | data,
            headers={"x-requested-with": "XMLHttpRequest"},
        )

    def single_image(self, name, content):
        answer = self.post("/office/images/add/", "file", name, content)
        return "" if answer.status_code == 302 else _of_form(answer)

    def replaced_image(self, name, content):
        there = make.picture()
        answer = self.post(f"/office/images/{there.pk}/", "file", name, content)
        said = "" if answer.status_code == 302 else _of_form(answer)
        there.delete()
        return said

    def many_images(self, name, content):
        answer = self.post("/office/images/multiple/add/", "files[]", name, content)
        return json.loads(answer.content).get("error_message", "")

    def chosen_image(self, name, content):
        return self._chosen("/office/images/chooser/create/", "image-chooser-upload", name, content)

    def single_document(self, name, content):
        answer = self.post("/office/documents/add/", "file", name, content)
        return "" if answer.status_code == 302 else _of_form(answer)

    def many_documents(self, name, content):
        answer = self.post("/office/documents/multiple/add/", "files[]", name, content)
        return json.loads(answer.content).get("error_message", "")

    def chosen_document(self, name, content):
        return self._chosen(
            "/office/documents/chooser/create/", "document-chooser-upload", name, content
        )

    def _chosen(self, address, prefix, name, content):
        answer = self.post(
            address, f"{prefix}-file", name, content,
            **{f"{prefix}-title": "A file", f"{prefix}-collection": 1},
        )  # fmt: skip
        told = json.loads(answer.content)
        return "" if told["step"] == "chosen" else json.dumps(told, ensure_ascii=False)

    def imported_picture(self, name, content):
        return self._imported(name, content, f"![x]({name})")

    def imported_recording(self, name, content):
        return self._imported(name, content, f':::audio {{audio="{name}" title="T"}}\nSaid.\n:::\n')

    def _imported(self, name, content, body):
        folder = self.tmp_path / "folder"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / "a.md").write_text(f"---\ntitle: A\ndate: 2026-01-01\n---\n\nWords.\n\n{body}")
        at = datetime(2026, 9, 1, tzinfo=UTC)
        report = markdown.run(folder, title=make.Title.objects.get(), now=at)
        return " ".join(line.reason for line in report.not_carried)

    def saved_picture(self, name, content):
        return _of_save(Picture, name, content)

    def saved_attachment(self, name, content):
        return _of_save(Attachment, name, content)


def _of_form(answer) -> str:
    return str(answer.context["form"].errors["file"])


def _of_save(model, name: str, content: bytes) -> str:
    try:
        model.objects.create(title="A file", file=ContentFile(content, name=name))
    except ValidationError as refusal:
        return str(refusal)
    return ""


PICTURE_DOORS = ("single_image", "replaced_image", "many_images", "chosen_image",
                 "imported_picture", "saved_picture")  # fmt: skip
ATTACHMENT_DOORS = ("single_document", "many_documents", "chosen_document", "saved_attachment")


@pytest.mark.parametrize("door", PICTURE_DOORS)
def test_no_door_lets_in_what_is_no_picture_or_would_burst(
    editor, tmp_path, settings, door
) -> None:
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 1_000_000
    enter = getattr(Door(editor, tmp_path), door)
    for name, (content, told) in HOSTILE_PICTURES.items():
        # An import gives a picture the ending that fits; nobody is there to be asked.
        if (door, name) == ("imported_picture", "other.png"):
            continue
        said = enter(name, content)
        assert said, (name, "was let in")
        assert told in said, (name, said)
        assert not Picture.objects.exists()
        assert not UploadedFile.objects.exists()


@pytest.mark.parametrize("door", PICTURE_DOORS)
@pytest.mark.parametrize("ending", intake.PICTURES)
def test_every_door_lets_in_a_picture_of_every_kind(editor, tmp_path, door, ending) -> None:
    content = drawn(intake.PICTURES[ending])
    assert getattr(Door(editor, tmp_path), door)(f"field.{ending}", content) == ""


@pytest.mark.parametrize("door", ATTACHMENT_DOORS)
def test_no_door_lets_in_a_file_that_lies_or_runs(editor, tmp_path, door) -> None:
    enter = getattr(Door(editor, tmp_path), door)
    for name, (content, told) in HOSTILE_ATTACHMENTS.items():
        said = enter(name, content)
        assert said, (name, "was let in")
        assert told in said, (name, said)
        assert not Attachment.objects.exists()
        assert not UploadedFile.objects.exists()


@pytest.mark.parametrize("door", ATTACHMENT_DOORS)
def test_every_door_lets_in_an_honest_file_of_every_kind(editor, tmp_path, door) -> None:
    enter = getattr(Door(editor, tmp_path), door)
    for name, content in GOOD_ATTACHMENTS.items():
        assert enter(name, content) == "", name
    assert {name.rpartition(".")[2] for name in GOOD_ATTACHMENTS} == intake.ATTACHMENTS.keys()
    assert Attachment.objects.count() == len(GOOD_ATTACHMENTS)


def test_an_import_takes_no_recording_that_is_none(editor, tmp_path) -> None:
    door = Door(editor, tmp_path)
    assert "does not hold" in door.imported_recording("page.mp3", b"<script>alert(1)</script>")
    assert not Attachment.objects.exists()
    assert door.imported_recording("sound.mp3", b"ID3\x04") == ""


def test_an_import_gives_a_picture_the_ending_that_fits(editor, tmp_path) -> None:
    assert Door(editor, tmp_path).imported_picture("other.png", drawn("JPEG")) == ""
    assert Picture.objects.get().file.name.endswith(".jpg")


# Wagtail leaves the file that waited open; it is collected before the test ends.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("image", "field.png", drawn("PNG")), ("document", "page.pdf", b"%PDF-1.7\n")],
    ids=["picture", "attachment"],
)
def test_a_file_that_waits_for_its_title_waits_in_private_and_is_looked_at(
    editor, client, tmp_path, kind, name, content
) -> None:
    door = Door(editor, tmp_path)
    address = f"/office/{kind}s/multiple/add/"
    refused = door.post(address, "files[]", f"x.{name}.svg", b"<svg/>", title="t" * 300)
    assert not json.loads(refused.content)["success"]
    door.post(address, "files[]", name, content, title="t" * 300)
    waiting = UploadedFile.objects.get()
    assert client.get(f"/media/{waiting.file.name}").status_code == 404
    with pytest.raises(ValueError, match="through the gate"):
        _ = waiting.file.url
    prefix = f"uploaded-{kind}-{waiting.pk}"
    create = f"/office/{kind}s/multiple/create_from_uploaded_{kind}/{waiting.pk}/"
    fields = {f"{prefix}-title": "A title", f"{prefix}-collection": 1, f"{prefix}-tags": "",
              f"{prefix}-description": ""}  # fmt: skip
    model = Picture if kind == "image" else Attachment
    # Somebody who can reach the folder might exchange the file while it waits.
    path = Path(waiting.file.path)
    path.write_bytes(b"<script>alert(1)</script>")
    with pytest.raises(ValidationError):
        model(title="A title", file=waiting.file.name).save()
    path.write_bytes(content)
    answer = client.post(create, fields, headers={"x-requested-with": "XMLHttpRequest"})
    assert json.loads(answer.content)["success"], answer.content
    made = model.objects.get()
    assert len(made.sha256) == 64
    del answer, made, waiting
    gc.collect()


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", packed({"a.html": b"POLYGLOT"})])
@pytest.mark.parametrize("kind", ["JPEG", "GIF", "PNG", "WEBP"])
def test_what_hangs_on_a_picture_never_reaches_a_reader(client, kind, tail) -> None:
    content = drawn(kind, (900, 500)) + b"POLYGLOT" + tail
    ending = {"JPEG": "jpg"}.get(kind, kind.lower())
    picture = Picture.objects.create(title="P", file=ImageFile(io.BytesIO(content), f"p.{ending}"))
    pictures.make(picture)
    assert b"POLYGLOT" in Path(picture.file.path).read_bytes()
    with pytest.raises(ValueError, match="through the gate"):
        _ = picture.file.url
    assert client.get(f"/media/{picture.file.name}").status_code == 404
    for rendition in picture.renditions.all():
        answer = client.get(rendition.url)
        got = b"".join(answer.streaming_content)
        assert answer["Content-Type"] in ("image/avif", "image/jpeg", "image/png")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"POLYGLOT" not in got
        assert b"<script" not in got
    assert picture.renditions.exists()


def test_pillow_decodes_nothing_larger_than_a_picture_may_be_whoever_asks() -> None:
    most = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(bomb_png()))
    assert most // 2 == Image.MAX_IMAGE_PIXELS


def test_attachments_are_put_away_and_never_shown(editor) -> None:
    for name, content in GOOD_ATTACHMENTS.items():
        made = Attachment.objects.create(title="A", file=ContentFile(content, name=name))
        answer = editor.get(f"/documents/{made.pk}/{made.filename}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment"), name
        assert answer["X-Content-Type-Options"] == "nosniff"
        policy = answer["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "sandbox"} <= set(policy)
        assert b"".join(answer.streaming_content) == content


def test_the_office_takes_no_pictures_of_staff(editor) -> None:
    page = editor.get("/office/account/").content.decode()
    assert "Preferred language" in page
    assert 'name="avatar-avatar"' not in page
    editor.post("/office/account/", {"avatar-avatar": SimpleUploadedFile("me.png", drawn("PNG"))})
    from wagtail.users.models import UserProfile

    assert not UserProfile.objects.exclude(avatar="").exists()
