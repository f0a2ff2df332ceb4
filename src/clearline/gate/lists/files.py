"""Files of lists as they are brought: flat or XML, full or changes only, zipped or not, and what is not safe to read."""

import codecs
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final, NamedTuple

import numpy as np

from clearline.gate.list_heads import UnreadableList
from clearline.gate.lists import lines, tagged
from clearline.gate.registry import Numbers

BLOCK: Final = 1 << 22
LARGEST: Final = (
    12 << 30
)  # bytes, unpacked: the whole registry is 3 GB flat, and less than three times that in XML
RATIO: Final = 200  # a list of numbers shrinks to a tenth, a bomb to a thousandth
MEMBERS: Final = 1_000  # files in a zip: one for each area code
_LONG_LINE: Final = 1 << 20
_LINES_AT_ONCE: Final = 100_000
_CHANGE: Final = re.compile(
    r"(.*?)[,;\t]\s*\"?(a|d|add|added|delete|deleted|remove|removed)\"?\s*(?:[,;\t].*)?",
    re.IGNORECASE | re.DOTALL,
)
_READABLE: Final = {".txt", ".csv", ".xml", ".lst", ".dat", ""}


class Part(NamedTuple):
    """Some numbers that a file puts on the list, or takes off it."""

    numbers: Numbers
    on: bool


@dataclass(slots=True)
class Tally:
    """What was met while a file was read."""

    lines: int = 0
    bad: int = 0
    shapes: list[str] = field(
        default_factory=list
    )  # of the first bad lines, without their digits and letters
    changes: bool | None = None  # whether it is a change file; None before the first number

    def meet(self, count: int, bad: list[str]) -> None:
        self.lines += count
        self.bad += len(bad)
        self.shapes += lines.shapes(bad[: lines.EXAMPLES - len(self.shapes)])


def parts(path: Path, region: str, tally: Tally, told: Callable[[float], None]) -> Iterator[Part]:
    """The numbers of a file, part by part; `told` hears how far it is, from 0 to 1. UnreadableList, in words for people."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from _archive(archive, region, tally, told)
        return
    whole = max(1, path.stat().st_size)
    with path.open("rb") as file:
        yield from _content(_blocks(file, whole, partial(_told, told, 0, whole)), region, tally)


def _archive(
    archive: zipfile.ZipFile, region: str, tally: Tally, told: Callable[[float], None]
) -> Iterator[Part]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MEMBERS:
        raise UnreadableList(f"the zip holds {len(members):,} files; a list is at most {MEMBERS:,}")
    strange = [one.filename for one in members if Path(one.filename).suffix.lower() not in _READABLE]
    if strange or not members:
        raise UnreadableList(f"the zip holds no list but {Path(strange[0]).suffix if strange else 'nothing'}")
    packed = sum(one.compress_size for one in members)
    most = min(LARGEST, max(packed * RATIO, BLOCK))
    if sum(one.file_size for one in members) > most:
        raise UnreadableList("the zip unpacks to far more than a list has: it is not read")
    whole, before = max(1, sum(one.file_size for one in members)), 0
    for one in members:
        heard = partial(_told, told, before, whole)
        try:
            with archive.open(
                one
            ) as file:  # what a zip says of its sizes may be a lie, so that bytes are counted
                yield from _content(_blocks(file, most - before, heard), region, tally)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise UnreadableList(f"the zip can't be unpacked: {error}") from None
        before += one.file_size


def _told(told: Callable[[float], None], before: int, whole: int, done: int) -> None:
    told(min(1.0, (before + done) / whole))


def _blocks(file: IO[bytes], most: int, told: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    while block := file.read(BLOCK):
        done += len(block)
        if done > most:
            raise UnreadableList("the file unpacks to more than it said: it is not read")
        yield block
        told(done)


def _content(blocks: Iterator[bytes], region: str, tally: Tally) -> Iterator[Part]:
    first = next(blocks, b"").removeprefix(codecs.BOM_UTF8)
    blocks = chain([first], blocks)
    wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if first.replace(b"\0", b"").lstrip(b"\xff\xfe \r\n\t").startswith(b"<"):
        told = _joined(tagged.lines(blocks))
    else:
        told = _whole_lines(_as_utf8(blocks) if wide else blocks)
    for block in told:
        yield from _parts_of(block, region, tally)


def _as_utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for block in blocks:
        yield decoder.decode(block).encode()


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a line ends."""
    rest = b""
    for block in blocks:
        before, end, after = block.rpartition(b"\n")
        if end:
            yield rest + before + end
            rest = after
        else:
            rest += block
        if len(rest) > _LONG_LINE:
            raise UnreadableList(
                "the file has no lines, as a list of numbers has: is it packed in another way?"
            )
    if rest:
        yield rest


def _joined(told: Iterable[str]) -> Iterator[bytes]:
    source = iter(told)
    while some := list(islice(source, _LINES_AT_ONCE)):
        yield "\n".join(some).encode()


def _parts_of(block: bytes, region: str, tally: Tally) -> Iterator[Part]:
    """What whole lines say. Whether a file holds changes is seen at its first number, and goes for all of it."""
    if tally.changes is None:
        tally.changes = _is_change(block, region)
    if not tally.changes:
        found = lines.read(block, region)
        tally.meet(found.lines, found.bad)
        yield Part(found.numbers, on=True)
        return
    told: dict[int, bool] = {}
    bad, count = [], 0
    for line in filter(None, map(str.strip, block.decode("utf-8", "replace").split("\n"))):
        count += 1
        change = _CHANGE.fullmatch(line)
        number = lines.number_in(change[1], region) if change else None
        if change is None or number is None:
            bad.append(line)
        else:
            told[number] = change[2].lower().startswith("a")  # the last word on a number counts
    tally.meet(count, bad)
    for on in (True, False):
        yield Part(np.array([number for number, is_on in told.items() if is_on is on], np.int64), on)


def _is_change(block: bytes, region: str) -> bool | None:
    """What the first line with a number says; None where none has one."""
    for raw in block[:_LONG_LINE].split(b"\n"):
        line = raw.decode("utf-8", "replace").strip()
        change = _CHANGE.fullmatch(line)
        if change is not None and lines.number_in(change[1], region) is not None:
            return True
        if lines.number_in(line, region) is not None:
            return False
    return None
