"""Files come out without what they tell of their maker, or not at all."""

import io
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, NameObject

from clearline.culture.speakup import attached, cleaning

CANARY = b"zirkonia"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    image, exif, out = Image.new("RGB", size, "red"), Image.Exif(), io.BytesIO()
    exif[0x010E], exif[0x9286] = CANARY.decode(), CANARY.decode()
    exif.get_ifd(0x8825)[1] = CANARY.decode()
    more: dict[str, Any] = {"comment": CANARY} if kind == "JPEG" else {}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", CANARY.decode())
        more = {"pnginfo": info}
    image.save(out, kind, exif=exif.tobytes(), **more)
    return out.getvalue() + (CANARY if kind != "WEBP" else b"")


def pdf() -> bytes:
    """A page with a picture that has a place in it, a remark, an attachment, a title and a packet of XMP."""
    image, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (40, 40), "blue").save(image, "PDF")
    writer = PdfWriter(clone_from=PdfReader(image))
    for one in writer._objects:
        if getattr(one, "get", lambda _: None)("/Subtype") == "/Image":
            one._data = picture()  # type: ignore[union-attr]
            one[NameObject("/Metadata")] = writer._add_object(_xmp())  # type: ignore[index]
    writer.add_metadata({"/Author": CANARY.decode(), "/Producer": CANARY.decode()})
    writer.add_attachment("zirkonia.txt", CANARY)
    writer.add_annotation(0, FreeText(text=CANARY.decode(), rect=(0, 0, 20, 20)))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(_xmp())
    writer.write(out)
    return out.getvalue()


def _xmp() -> DecodedStreamObject:
    found = DecodedStreamObject()
    found.set_data(CANARY)
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_without_place_device_and_remarks(kind: str) -> None:
    before = picture(kind)
    assert CANARY in before
    name, after = cleaning.cleaned(before)
    assert CANARY not in after
    with Image.open(io.BytesIO(after)) as found:
        assert (found.size, dict(found.getexif()), found.info.keys() & {"exif", "xmp", "comment"}) == (
            (60, 40),
            {},
            set(),
        )
        assert name == ("jpg" if kind == "JPEG" else "png")


def test_a_pdf_keeps_its_pages_and_loses_everything_else() -> None:
    before = pdf()
    assert before.count(CANARY) >= 5
    name, after = cleaning.cleaned(before)
    assert name == "pdf"
    assert CANARY not in after
    found = PdfReader(io.BytesIO(after))
    assert (len(found.pages), len(found.pages[0].images), found.attachments) == (1, 1, {})
    assert not found.metadata or not found.metadata.author
    drawn = found.pages[0].images[0].image
    assert drawn
    assert drawn.size == (60, 40)


def test_a_text_stays_text_and_what_nobody_can_clean_is_refused_with_a_plain_word() -> None:
    assert attached.attached(["Zürich\r\n".encode("utf-16")])[0] == attached.Attached(
        "file-1.txt", "Zürich\n".encode()
    )
    for bad, told in (
        (b"PK\x03\x04 a letter in an office format", "only JPEG"),
        (picture()[:200], "damaged"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (b"x" * (attached.LARGEST + 1), "larger than 8 MB"),
    ):
        with pytest.raises(attached.FileError, match=told):
            attached.attached([bad])
    with pytest.raises(attached.FileError, match="five files at most"):
        attached.attached([b"a"] * 6)


def test_a_locked_pdf_is_refused() -> None:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(10, 10)
    writer.encrypt("zirkonia", algorithm="RC4-128")
    writer.write(out)
    with pytest.raises(cleaning.RefusedFile, match="password"):
        cleaning.cleaned(out.getvalue())
