"""Bytes to text, and JSON text to values, with the place of every fault."""

import codecs
import re
from base64 import b64decode
from typing import Any, TypeVar

import msgspec

from clearline.formats.errors import BadJson, BadShape, Empty, NotText, TooLarge

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes that are read at once."""

_MARKS = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_AT_BYTE = re.compile(r" ?\(byte (\d+)\)$")
_AT_PATH = re.compile(r" - at `(.*)`$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")

T = TypeVar("T")


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 and UTF-32 with a byte order mark; no other encoding is guessed."""
    if len(data) > SIZE_LIMIT:
        raise TooLarge(
            f"the file is larger than the {SIZE_LIMIT:,} bytes that are read at once",
            "whole file",
            "Split it by call.",
        )
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise NotText(
            f"the file is not {encoding.removesuffix('-sig').upper()} text",
            f"byte {fault.start:,}",
            "Save it as UTF-8 (files from older systems are often Windows-1252).",
        ) from fault
    if text.count("\x00") * 8 > len(text):
        raise NotText(
            "the file is full of NUL characters",
            "whole file",
            "Save it as UTF-8; if it is UTF-16, put its byte order mark first.",
        )
    if not text.strip().strip("\x00"):
        raise Empty("the file is empty", "whole file", "Export the call again.")
    return text


def cleaned(text: str) -> tuple[str, int]:
    """Text without control characters and halves of surrogate pairs; and how many were taken out."""
    kept, out = _CONTROL.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return kept.strip(), out


def from_base64url(text: str) -> bytes:
    """The bytes behind base64url, with or without its padding; ValueError where it is none."""
    return b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)


def parsed(json: str | bytes, shape: type[T], line: int = 0) -> T:
    """A JSON text as a `shape`; faults carry line and column, or the path of the member that does not fit."""
    try:
        return msgspec.json.decode(json, type=shape)
    except msgspec.ValidationError as fault:
        raise _misshapen(fault, line) from fault
    except RecursionError as fault:
        raise BadJson(
            "the JSON is nested too deeply", _place(line), "A call needs a few levels; look at what wrote it."
        ) from fault
    except (msgspec.DecodeError, UnicodeError) as fault:
        raise _malformed(json, fault, line) from fault


def shaped(value: Any, shape: type[T], line: int = 0) -> T:
    """A value from JSON as a `shape`."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as fault:
        raise _misshapen(fault, line) from fault


def _misshapen(fault: Exception, line: int) -> BadShape:
    message = str(fault)
    path = _AT_PATH.search(message)
    where = ", ".join(filter(None, [f"line {line:,}" if line else "", path[1] if path else "at the top"]))
    return BadShape(
        f"the JSON does not have the shape of its format: {_AT_PATH.sub('', message)}",
        where,
        "Export the file again, or mend the member named here.",
    )


def _malformed(json: str | bytes, fault: Exception, line: int) -> BadJson:
    raw = json.encode() if isinstance(json, str) else json
    message = str(fault) if isinstance(fault, msgspec.DecodeError) else "characters that are not text"
    found = _AT_BYTE.search(message)
    late = "trailing characters" in message  # of these it names the second
    before = raw[: int(found[1]) - late] if found else raw
    row = before.count(b"\n") + max(line, 1)
    column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
    told = _AT_BYTE.sub("", message).removeprefix("JSON is malformed: ")
    return BadJson(
        f"the JSON is broken: {told[0].lower()}{told[1:]}",
        f"line {row:,}, column {column:,}",
        "Export the file again; it may have been cut off or edited by hand.",
    )


def _place(line: int) -> str:
    return f"line {line:,}" if line else "whole file"
