"""Files without what they tell of their maker: pictures are drawn anew, PDFs written anew, texts taken as words. Run as a child.

What comes in on standard input goes out on standard output as its kind, a line break, and the clean file. A file that breaks the
reader, eats memory or never ends takes only this process with it. It has no address of the network to go to and writes nothing.
"""

import io
import resource
import sys
from typing import Any, Final

from PIL import Image, ImageFile, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

MEMORY, SECONDS = 1 << 30, 20
MOST_PIXELS: Final = 50_000_000
QUALITY: Final = 88
PAGES: Final = 200
REFUSED: Final = 3  # the exit status that goes with a sentence on standard error
TELLING: Final = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/Thumb",
    "/AA",
    "/A",
    "/Annots",
    "/B",
    "/StructParents",
)
"""Entries of PDF objects that hold who, when, with what, and what was cut away."""
PICTURES: Final = {"JPEG": ("jpg", "RGB"), "PNG": ("png", "RGBA"), "WEBP": ("png", "RGBA")}


class RefusedFile(Exception):  # noqa: N818 - an outcome
    """It can't be cleaned; the message says why to whoever sent it."""


def cleaned(content: bytes) -> tuple[str, bytes]:
    """Kind and bytes of the clean file; which one it is, its first bytes say and not its name."""
    if content.startswith(b"%PDF-"):
        return "pdf", pdf(content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or content[8:12] == b"WEBP":
        return picture(content)
    return "txt", text(content)


def picture(content: bytes) -> tuple[str, bytes]:
    """The same pixels in a new file: no place, no camera, no time, no thumbnail, nothing after its end."""
    with Image.open(io.BytesIO(content), formats=tuple(PICTURES)) as found:
        kind, mode = PICTURES[str(found.format)]
        if found.width * found.height > MOST_PIXELS:
            raise RefusedFile("a picture may have 50 million pixels at most")
        upright = ImageOps.exif_transpose(found).convert(mode)
    drawn = Image.frombytes(mode, upright.size, upright.tobytes())
    out = io.BytesIO()
    drawn.save(out, "JPEG" if kind == "jpg" else "PNG", **({"quality": QUALITY} if kind == "jpg" else {}))
    return kind, out.getvalue()


def pdf(content: bytes) -> bytes:
    """Its pages in a new file, twice written so that nothing is left that no page shows; pictures in it are drawn anew."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise RefusedFile("a PDF with a password can't be cleaned; print it into a new one")
    if len(reader.pages) > PAGES:
        raise RefusedFile(f"a PDF may have {PAGES} pages at most")
    first = _pages(reader)
    for one in first._objects:  # noqa: SLF001 - pypdf has no public way to all objects
        if isinstance(one, DictionaryObject):
            _tell_nothing(one)
    half = io.BytesIO()
    first.write(half)
    out = io.BytesIO()
    _pages(PdfReader(half)).write(out)
    return out.getvalue()


def text(content: bytes) -> bytes:
    """Words in UTF-8, with plain line breaks."""
    coding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        words = content.decode(coding)
    except UnicodeDecodeError as error:
        raise RefusedFile("only JPEG, PNG and WebP pictures, PDFs and plain text can be cleaned") from error
    if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in words):
        raise RefusedFile("only JPEG, PNG and WebP pictures, PDFs and plain text can be cleaned")
    return words.replace("\r\n", "\n").replace("\r", "\n").encode()


def _pages(reader: PdfReader) -> PdfWriter:
    writer = PdfWriter()
    writer.metadata = None
    for page in reader.pages:
        _tell_nothing(page)
        writer.add_page(page)
    return writer


def _tell_nothing(one: DictionaryObject) -> None:
    for name in TELLING:
        if name != "/A" or one.get("/Type") != "/Font":
            one.pop(name, None)
    if isinstance(one, StreamObject) and one.get("/Subtype") == "/Image":
        _redraw(one)


def _redraw(stream: Any) -> None:
    """A picture in a PDF keeps its pixels; one that holds a whole file is made anew, as it has that file's metadata."""
    filters = stream.get("/Filter", [])
    names = [filters] if isinstance(filters, str) else [str(name) for name in filters]
    if "/JPXDecode" in names or "/JBIG2Decode" in names:
        raise RefusedFile("a picture in this PDF is of a kind that can't be cleaned; send it as a screenshot")
    if "/DCTDecode" not in names:
        return
    if names != ["/DCTDecode"]:
        raise RefusedFile("a picture in this PDF is packed twice; send it as a screenshot")
    with Image.open(io.BytesIO(stream._data), formats=("JPEG",)) as found:  # noqa: SLF001 - as it lies in the file
        drawn = Image.frombytes(found.mode, found.size, found.tobytes())
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY)
    stream._data = out.getvalue()  # noqa: SLF001
    stream[NameObject("/Length")] = NumberObject(len(stream._data))  # noqa: SLF001


def main() -> int:
    """Cleans what stands on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        kind, clean = cleaned(sys.stdin.buffer.read())
    except RefusedFile as error:
        sys.stderr.write(str(error))
        return REFUSED
    sys.stdout.buffer.write(kind.encode() + b"\n" + clean)
    return 0


if __name__ == "__main__":
    sys.exit(main())
