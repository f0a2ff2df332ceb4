"""An evidence pack: its manifest, which the log signs, and the plain archive that it travels in."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clearline.seal.errors import OutOfRange
from clearline.seal.keys import SignerKey
from clearline.seal.notes import Note, sign

MANIFEST = "manifest"
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _STORED, _1980 = 20, 0, 33  # of the format; no compression; its first day, for every file
_MADE_BY, _MODE = 3 << 8 | _VERSION, 0o100644 << 16  # Unix, readable


class Listed(NamedTuple):
    """A file of a pack, as the manifest tells it."""

    path: str
    size: int
    sha256: bytes


class Member(NamedTuple):
    """A file on its way into an archive: its bytes may come in blocks."""

    path: str
    size: int
    crc32: int
    blocks: Iterable[bytes]


def manifest(signer: SignerKey, entries: int, size: int, files: Iterable[Listed]) -> Note:
    """Lists every other file of a pack with so many entries of a log of this size, signed by the log."""
    lines = [f"{one.sha256.hex()} {one.size} {one.path}\n" for one in sorted(files)]
    return sign(f"clearline/pack/v1\n{signer.name}\n{entries} of {size}\n{''.join(lines)}", signer)


def archive(members: Iterable[Member]) -> Iterator[bytes]:
    """A ZIP file in blocks, written in one way only, so that every bit of it can be checked: stored, undated."""
    directory: list[bytes] = []
    at = 0
    for member in members:
        name = member.path.encode("ascii")
        end = at + _LOCAL.size + len(name) + member.size
        if end >= 1 << 32 or len(directory) == 0xFFFF:
            raise OutOfRange("an archive holds 65,535 files and 4 GiB at most; export to a folder")
        told = (_STORED, 0, _1980, member.crc32, member.size, member.size, len(name), 0)
        head = _LOCAL.pack(b"PK\3\4", _VERSION, 0, *told) + name
        directory.append(_CENTRAL.pack(b"PK\1\2", _MADE_BY, _VERSION, 0, *told, 0, 0, 0, _MODE, at) + name)
        at = end
        yield head
        yield from member.blocks
    whole, count = b"".join(directory), len(directory)
    yield whole + _END.pack(b"PK\5\6", 0, 0, count, count, len(whole), at, 0)
