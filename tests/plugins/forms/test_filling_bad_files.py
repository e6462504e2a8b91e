"""Photos as telephones make them, and files that are made to hurt."""

from __future__ import annotations

import resource
import struct
import time
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from plugins.forms.definition.types import files as kinds
from plugins.forms.filling import pictures
from plugins.forms.models import FillingFile, Submission
from tests.cms.media.making import exif
from tests.plugins.forms.filled import Person, de, make_form

pytestmark = pytest.mark.django_db
ODF = b"application/vnd.oasis.opendocument.text"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
FORM = {
    "format": 1,
    "languages": ["de", "en"],
    "steps": [
        {
            "key": "one",
            "title": de("Ihre Angaben", "You"),
            "fields": [
                {"key": "word", "type": "text", "label": de("Ein Wort", "A word"), "required": True},
                {
                    "key": "proof",
                    "type": "file",
                    "label": de("Nachweis", "Proof"),
                    "settings": {"kinds": ["pdf", "image", "document", "table"], "max_count": 3},
                },
            ],
        }
    ],
}


@pytest.fixture
def person(home: Any, settings: Any, tmp_path: Any) -> Person:
    settings.MEDIA_ROOT = str(tmp_path)
    return Person(make_form(FORM)).begin()


def sent(person: Person, name: str, content: bytes) -> Person:
    return person.send({"f-word": "Zwiebel", "f-proof": SimpleUploadedFile(name, content)})


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def photo(kind: str, size: tuple[int, int] = (48, 32), orientation: int = 1, **options: Any) -> bytes:
    out, image = BytesIO(), Image.effect_noise(size, 60).convert("RGB")
    options["exif"] = exif(orientation).tobytes()
    if kind == "HEIF":
        made = pillow_heif.from_pillow(image)
        made.info["exif"] = options["exif"]
        made.save(out)
    else:
        image.save(out, kind, **options)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """Return a sound picture of so many pixels a side, all white: some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    rows = b"".join(packer.compress(row) for _number in range(side)) + packer.flush()
    head = struct.pack("!LLBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def many_entries(number: int) -> bytes:
    """Return an office file with very many empty entries."""
    return archive({**WORD, **{f"word/{one}": b"" for one in range(number)}}, zipfile.ZIP_STORED)


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        with made.open("word/document.xml", "w", force_zip64=True) as entry:
            for _number in range(kinds.MOST_UNPACKED // 2**20 + 1):
                entry.write(bytes(2**20))
    return out.getvalue()


def pdf(password: str | None = None, *, script: bool = False) -> bytes:
    out, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    if script:
        action = {"/S": "/JavaScript", "/JS": "app.alert(1)"}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject(key): (NameObject if value[0] == "/" else TextStringObject)(value)
                for key, value in action.items()
            }
        )
    if password is not None:
        writer.encrypt(password, "owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


def in_english(person: Person) -> str:
    """Return the path of the step in English."""
    with translation.override("en"):
        return reverse("forms:step", args=[person.token, "one"])


# --- photos ----------------------------------------------------------------------------------------------------


def test_a_photo_of_a_telephone_is_taken_and_opens_on_every_desk(person: Person) -> None:
    sent(person, "IMG_0001.HEIC", photo("HEIF", orientation=6))
    row = FillingFile.objects.get()
    assert (row.kind, row.name) == ("image/jpeg", "IMG_0001.jpg")
    with Image.open(BytesIO(row.read())) as image:
        assert (image.format, image.size) == ("JPEG", (32, 48))
        assert not image.getexif()
    person.send()
    (stored,) = Submission.objects.get().answers["proof"]
    assert (stored["name"], stored["size"], stored["kind"]) == ("IMG_0001.jpg", row.size, "image")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_where_a_photo_was_taken_stays_with_who_took_it(person: Person, kind: str) -> None:
    content = photo(kind)
    assert b"N\0\0\0" in content  # of its latitude
    sent(person, "bild", content)
    row = FillingFile.objects.get()
    with Image.open(BytesIO(row.read())) as image:
        image.load()
        found = image.getexif()
        assert not found.get_ifd(ExifTags.IFD.GPSInfo)
        assert ExifTags.Base.Make not in found
        assert image.size == (48, 32)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_damaged_photo_is_refused(person: Person, kind: str) -> None:
    content = photo(kind, (300, 300))
    sent(person, "bild", content[: len(content) // 2])
    assert "Das Bild ist beschädigt" in person.errors
    assert not FillingFile.objects.exists()
    assert 'value="Zwiebel"' in person.text


def test_a_photo_that_grows_by_being_turned_fits_its_question() -> None:
    content = photo("JPEG", (600, 400), orientation=6, quality=60)
    limit = len(content) + 500
    data, kind = pictures.kept(content, "image/jpeg", limit)
    assert len(data) <= limit
    assert kind == "image/jpeg"
    with Image.open(BytesIO(data)) as image:
        assert image.width < image.height


def test_moving_pictures_count_all_their_frames(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 5_000)
    out = BytesIO()
    frames = [Image.effect_noise((40, 40), spread).convert("RGB") for spread in (10, 40, 70, 90)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    sent(person, "film.webp", out.getvalue())
    assert "Megapixel" in person.errors


# --- made to hurt ------------------------------------------------------------------------------------------------


HURTS: dict[str, tuple[Any, str]] = {
    "riesig.png": (lambda: huge_png(9_000), "Das Bild hat mehr als 64 Megapixel"),
    "bombe.png": (lambda: huge_png(30_000), "Das Bild hat mehr als 64 Megapixel"),
    "bombe.docx": (bomb, "ist von anderer Art oder beschädigt"),
    "viele.docx": (lambda: many_entries(60_000), "ist von anderer Art oder beschädigt"),
    "archiv.zip": (lambda: archive({"a.zip": archive({"b.txt": b"b"})}), "ist von anderer Art oder beschädigt"),
    "verkleidet.docx": (lambda: archive({"a.exe": b"MZ"}), "ist von anderer Art oder beschädigt"),
    "makro.docx": (lambda: archive({**WORD, "word/vbaProject.bin": b"x"}), "ist von anderer Art oder beschädigt"),
    "makro.odt": (
        lambda: archive({"mimetype": ODF, "Basic/Standard/Module1.xml": b"x"}, zipfile.ZIP_STORED),
        "ist von anderer Art oder beschädigt",
    ),
    "programm.odt": (
        lambda: archive({"mimetype": ODF, "Scripts/python/a.py": b"x"}, zipfile.ZIP_STORED),
        "ist von anderer Art oder beschädigt",
    ),
    "gesperrt.pdf": (lambda: pdf("geheim"), "Die PDF öffnet sich nur mit einem Kennwort"),
    "leer.pdf": (lambda: b"", "Die Datei ist leer"),
}


@pytest.mark.parametrize("name", HURTS)
def test_what_hurts_is_refused_at_its_question_and_nothing_else_is_lost(person: Person, name: str) -> None:
    make, words = HURTS[name]
    content = make()
    assert len(content) < 10 * 2**20  # else it would be refused for its size
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    sent(person, name, content)
    assert time.monotonic() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # kB
    assert person.answer.status_code == 200
    assert words in person.errors
    assert name in person.errors
    assert 'value="Zwiebel"' in person.text
    assert 'aria-invalid="true"' in person.text
    assert not FillingFile.objects.exists()
    english = person.client.post(in_english(person), {"f-word": "x", "f-proof": SimpleUploadedFile(name, content)})
    assert english.status_code == 200
    assert words not in english.content.decode()
    assert "error-summary" in english.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("eingebettet.docx", archive({**WORD, "word/embeddings/tabelle.xlsx": archive({"xl/workbook.xml": b"x"})})),
        ("leere-makros.odt", archive({"mimetype": ODF, "Basic/Standard/script-lb.xml": b"x"}, zipfile.ZIP_STORED)),
        ("nur-druckschutz.pdf", pdf("")),
        ("ausfuellbar.pdf", pdf(script=True)),  # so are official forms; it is never opened in our pages
        ("kaputtes-schloss.pdf", b"%PDF-1.7 /Encrypt 5 0 R"),
    ],
)
def test_what_people_really_have_is_taken(person: Person, name: str, content: bytes) -> None:
    sent(person, name, content)
    row = FillingFile.objects.get()
    assert row.read() == content
    answer = person.client.get(f"/formulare/ausfuellen/{person.token}/datei/{row.identifier}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\erika\\police.pdf", "police.pdf"),
        ("police\u202efdp.exe", "policefdp.exe"),
        ("poli\x00ce\n.pdf", "police.pdf"),
        ("ä" * 250 + ".pdf", "ä" * 96 + ".pdf"),
        ("=cmd|'/c calc'!A1.pdf", "c calc'!A1.pdf"),
        (".pdf", ".pdf"),
        ("  .pdf", "  .pdf"),
    ],
)
def test_names_are_only_names(person: Person, name: str, kept: str) -> None:
    upload = SimpleUploadedFile("x", pdf())
    upload._name = name  # type: ignore[attr-defined]  # as a program sends it, not as Django cleans it
    person.send({"f-word": "Zwiebel", "f-proof": upload})
    assert person.answer.status_code == 200
    assert FillingFile.objects.get().name == kept
    assert "Prüfen und absenden" in person.text


def test_a_refused_file_is_named_once_however_long_its_name_is(person: Person) -> None:
    sent(person, "ä" * 240 + ".pdf", b"MZ")
    assert person.errors.count("ä" * 96) == 1
    assert "ä" * 97 not in person.errors


@pytest.mark.parametrize("much", ["files", "text", "fields", "header"])
def test_a_post_nobody_can_read_says_how_to_go_on(person: Person, settings: Any, much: str) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
    person.send({"f-word": "Zwiebel"}, go="save").go("one")
    values: dict[str, Any] = {
        "files": {"f-proof": [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.4") for number in range(101)]},
        "text": {"f-word": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)},
        "fields": {f"x{number}": "x" for number in range(51)},
        "header": {"x" * 1100: "x"},
    }[much]
    for path, words in ((person.path, "Zurück-Taste"), (in_english(person), "back button")):
        answer = person.client.post(path, {"f-word": "Lauch", **values})
        assert answer.status_code == 400, path
        assert words in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert 'value="Zwiebel"' in person.go("one").text
