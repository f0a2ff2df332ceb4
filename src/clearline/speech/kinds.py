"""What a file is, by its first bytes and never by its name. Needs nothing but Python, so that a text-only install can tell.

The demuxer is named to the decoder by what is found here. Left to guess, it would also take play lists, which make it open
other files and addresses.
"""

import re
import struct

HEAD = 65_536  # bytes that are looked at
SUFFIXES = frozenset(
    {
        ".wav",
        ".wave",
        ".w64",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
        ".flac",
        ".m4a",
        ".aac",
        ".mp4",
        ".mov",
        ".webm",
        ".mka",
        ".mkv",
        ".amr",
        ".au",
        ".aif",
        ".aiff",
        ".caf",
        ".wma",
    }
)
"""Of names under which recordings are usually kept; what a file is its first bytes say."""

_OTHER = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office file",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"MThd": "a MIDI file, which holds notes and no sound",
    b"SQLite format 3\x00": "a database",
    b"\xd4\xc3\xb2\xa1": "a capture of network packets",
    b"\x0a\x0d\x0d\x0a": "a capture of network packets",
}
_STARTS = {
    b"RF64": "wav",
    b"riff\x2e\x91\xcf\x11": "w64",
    b"OggS": "ogg",
    b"fLaC": "flac",
    b"#!AMR": "amr",
    b"\x1a\x45\xdf\xa3": "matroska",
    b".snd": "au",
    b"caff": "caf",
    b"0\x26\xb2\x75\x8e\x66\xcf\x11": "asf",
}
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
# Kilobits a second by the index in the header: MPEG 1 layers II and III, and MPEG 2. Layer I is left out: nobody records
# with it, and text in UTF-16 begins as it does.
_BITRATES = {
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 0): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44_100, 48_000, 32_000)
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+\Z")


def recording(head: bytes) -> str:
    """The kind of recording that begins with these bytes, as the decoder names it; empty where it is none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] in _BOXES and head[0] < 0x20:  # a length, not a letter
        return "mov"
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"ID3"):
        return recording(head[_tag(head) :]) or "mp3"
    bare = head.lstrip(b"\x00")  # some encoders begin with a stretch of zeros
    return "aac" if _adts(bare) else "mp3" if _mpeg(bare) else ""


def other(head: bytes) -> str:
    """What a file is that is no recording, in words for a message."""
    named = next((what for start, what in _OTHER.items() if head.startswith(start)), "")
    if named:
        return named
    if head[:4] == b"RIFF":
        return "a RIFF file that is not WAVE"
    if head[257:262] == b"ustar":
        return "a tar archive"
    text = head[:4096]
    if b"\x00" not in text and _TEXT.match(text):
        return "text"
    return "of no kind that is known"


def _tag(head: bytes) -> int:
    """Bytes of the ID3 tag at the beginning, whose size is written with seven bits a byte."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | (byte & 0x7F)
    return size + 10


def _frames(data: bytes, length: int) -> bool:
    """A second frame follows where the first one ends, or the data end before."""
    return length > 0 and (
        len(data) < length + 2 or (data[length] == 0xFF and data[length + 1] & 0xE0 == 0xE0)
    )


def _adts(data: bytes) -> bool:
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return False
    return _frames(data, (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5)


def _mpeg(data: bytes) -> bool:
    if len(data) < 4:
        return False
    bits = struct.unpack(">I", data[:4])[0]
    version, layer, rate, at = bits >> 19 & 3, bits >> 17 & 3, bits >> 12 & 15, bits >> 10 & 3
    if bits >> 21 != 0x7FF or version == 1 or layer in (0, 3) or rate in (0, 15) or at == 3:
        return False
    kilobits = _BITRATES[(3, layer) if version == 3 else (2, 0)][rate - 1]
    hertz = _RATES[at] >> {3: 0, 2: 1, 0: 2}[version]
    samples = 72_000 if layer == 1 and version != 3 else 144_000
    return _frames(data, samples * kilobits // hertz + (bits >> 9 & 1))
