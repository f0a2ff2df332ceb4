"""Files of leads as they come: any of the usual encodings, separators and notations, row by row in bounded memory."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final

from clearline.gate.dialled import in_full
from clearline.gate.list_heads import ListError
from clearline.gate.places import each, zones_of

AT_ONCE: Final = 100_000  # rows in memory
_LONGEST: Final = 1 << 20  # bytes of a line
_SEPARATORS: Final = ",;\t|"
_DANGEROUS: Final = frozenset("=+-@\t\r")
_PLAIN: Final = re.compile(r"[+\-]?[\d\s().]*(?:-[\d\s().]*)*")  # a number, and no sum of cells
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")

MEANT: Final[Mapping[str, frozenset[str]]] = {
    "number": frozenset(
        [
            "phone",
            "number",
            "phonenumber",
            "phone1",
            "tel",
            "telephone",
            "mobile",
            "cell",
            "cellphone",
            "msisdn",
            "telefon",
        ]
    ),
    "postcode": frozenset(["zip", "zipcode", "postcode", "postal", "postalcode", "plz"]),
    "place": frozenset(["place", "state", "province", "region"]),
    "contact": frozenset(["contact", "contactid", "customer", "customerid"]),
    "line": frozenset(["line", "linetype", "phonetype", "numbertype"]),
}
"""What columns may be called, small letters only."""
_WHOSE: Final = re.compile(r"(?:billing|bill|shipping|ship|delivery|mailing|home|work)?(.*?)\d?")
"""An address may be one of several: billing_zip, zip2."""


class UnreadableLeads(ListError):  # noqa: N818 - a state of a file
    """The file holds no leads that can be gone through."""


class Leads:
    """A file that is being read."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] = lambda _: None) -> None:
        self._told = told
        lines = _wide(file) if file.read(2) in _WIDE else None
        file.seek(0)
        source = lines or _lines(file, told)
        first = next(source, "").removeprefix("\ufeff")
        self.separator = max(_SEPARATORS, key=first.count)
        self._rows = csv.reader(chain([first], source), delimiter=self.separator)
        row = next(self._rows, [])
        self.columns = named(row)
        self.header = row if self.columns else []
        if not self.columns:
            self.columns = guessed(row)
            self._rows = chain([row], self._rows)  # type: ignore[assignment] # rows, all the same
        numbers = self.columns.get("number", ())
        if not numbers:
            raise UnreadableLeads(
                "no column of the file is called phone or number, and none of its first row holds one"
            )
        if len(numbers) > 1:
            names = ", ".join(repr(row[place].strip()[:40]) for place in numbers)
            raise UnreadableLeads(f"the columns {names} all hold numbers: keep the one that is dialled")

    def blocks(self) -> Iterator[list[list[str]]]:
        """Rows, many at a time; UnreadableLeads where a quote is never closed."""
        while rows := self._some():
            yield rows

    def _some(self) -> list[list[str]]:
        try:
            return [row for row in islice(self._rows, AT_ONCE) if row]
        except csv.Error as error:
            told = "a quote is never closed, or a cell is larger than 131,072 characters"
            raise UnreadableLeads(f"the file can't be read as rows ({error}): {told}") from None

    def column(self, rows: Sequence[Sequence[str]], name: str) -> list[str] | None:
        """The cells of what is called so, with `;` between those of several columns; None where there is none."""
        places = self.columns.get(name)
        if not places:
            return None
        if len(places) == 1:
            (place,) = places
            return [row[place] if place < len(row) else "" for row in rows]
        return [";".join(row[place] for place in places if place < len(row)) for row in rows]


def bare(name: str) -> str:
    """The name of a column, small letters and digits only."""
    return "".join(filter(str.isalnum, name)).lower()


def named(row: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Which columns are which, by their names; nothing where none is called a number."""
    found: dict[str, tuple[int, ...]] = {}
    for place, cell in enumerate(row):
        meant = meaning(cell)
        if meant and not (meant == "contact" and meant in found):
            found[meant] = (*found.get(meant, ()), place)
    return found if "number" in found else {}


def meaning(name: str) -> str:
    """What a column of that name holds; empty where it says nothing to the gate."""
    told = bare(name)
    whose = _WHOSE.fullmatch(told)
    address = whose[1] if whose else told
    return next(
        (
            meant
            for meant, names in MEANT.items()
            if told in names or (meant in {"postcode", "place"} and address in names)
        ),
        "",
    )


def guessed(row: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The first column of a file without a header that holds a telephone number."""
    return next(({"number": (place,)} for place, cell in enumerate(row) if in_full(cell.strip())), {})


@lru_cache(1 << 14)
def place_in_full(cell: str) -> str:
    """States as files write them (TX) as places (US-TX); what is more, stays as it is."""
    return ";".join(map(_place_in_full, each(cell)))


def _place_in_full(cell: str) -> str:
    told = cell.strip().upper()
    if len(told) != 2:
        return told
    return next((f"{country}-{told}" for country in ("US", "CA") if zones_of(f"{country}-{told}")), told)


class Clean:
    """The rows that are left, as they were, but that no cell is taken for a formula."""

    def __init__(self, file: IO[str], leads: Leads) -> None:
        self._writer = csv.writer(file, delimiter=leads.separator, lineterminator="\r\n")
        if leads.header:
            self._writer.writerows(defused([leads.header]))

    def write(self, rows: Sequence[Sequence[str]]) -> None:
        self._writer.writerows(defused(rows))


def defused(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Rows whose cells a spreadsheet shows, and does not run."""
    for row in rows:
        if any(cell[:1] in _DANGEROUS for cell in row if cell):
            yield [_defused(cell) for cell in row]
        else:
            yield row


def _defused(cell: str) -> str:
    if cell[:1] not in _DANGEROUS or (_PLAIN.fullmatch(cell) and cell[:1] not in "\t\r"):
        return cell
    return f"'{cell}"


def _wide(file: IO[bytes]) -> Iterator[str]:
    rest = ""
    for text in codecs.iterdecode(iter(partial(file.read, 1 << 16), b""), "utf-16", "replace"):
        *lines, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest


def _lines(file: IO[bytes], told: Callable[[int], None]) -> Iterator[str]:
    done, rest = 0, b""
    while block := file.read(_LONGEST):
        done += len(block)
        whole, end, rest = (rest + block).rpartition(b"\n")
        if not end and len(rest) >= _LONGEST:  # a line as long as a file: in pieces, so that it fits
            whole, rest = rest, b""
        if whole or end:
            yield from _decoded(whole + end)
        told(done)
    if rest:
        yield from _decoded(rest)


def _decoded(block: bytes) -> Iterator[str]:
    """Lines of a block; each by itself where not all are UTF-8: files are glued together from sources that differ."""
    try:
        lines = block.decode("utf-8").replace("\0", "").split("\n")
    except UnicodeDecodeError:
        lines = [_line(raw).replace("\0", "") for raw in block.split(b"\n")]
    last = lines.pop()
    yield from (f"{line}\n" for line in lines)
    if last:
        yield last


def _line(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def opened(path: Path) -> IO[bytes]:
    """The file; UnreadableLeads where there is none."""
    try:
        return path.open("rb", buffering=1 << 20)
    except OSError as error:
        raise UnreadableLeads(f"{path} can't be opened: {error.strerror}") from None
