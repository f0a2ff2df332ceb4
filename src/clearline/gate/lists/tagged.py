"""A registry's file in XML, as a stream: area codes with phones in them, and on change lists what became of each."""

from collections.abc import Iterable, Iterator
from typing import Final
from xml.parsers import expat

from clearline.gate.list_heads import UnreadableList

_AREA: Final = frozenset({"ac", "area", "areacode"})
_PHONE: Final = frozenset({"ph", "phone", "number"})
_VALUE: Final = ("val", "value", "number", "code")
_CHANGE: Final = ("chtype", "changetype", "action")


def lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Each phone as a line of the flat form: `303,5551234`, on change lists `303,5551234,A`."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse  # entities can be declared nowhere else
    try:
        for block in blocks:
            parser.Parse(block, False)
            yield from reader.take()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableList(f"the XML is broken at line {error.lineno:,}: {error}") from None
    yield from reader.take()


def _refuse(*_: object) -> None:
    raise UnreadableList("the XML declares a document type, which no registry does: it is not read")


class _Reader:
    """What expat has told so far."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._area = self._phone = self._change = ""
        self._inside = False

    def take(self) -> list[str]:
        found, self._found = self._found, []
        return found

    def start(self, name: str, about: dict[str, str]) -> None:
        kind = name.rpartition(":")[2].lower()
        told = {key.lower(): value for key, value in about.items()}
        value = next((told[key] for key in _VALUE if key in told), "")
        if kind in _AREA:
            self._area = value
        elif kind in _PHONE:
            self._inside, self._phone = True, value
            self._change = next((told[key] for key in _CHANGE if key in told), "")

    def text(self, text: str) -> None:
        if self._inside:
            self._phone += text.strip()

    def end(self, name: str) -> None:
        kind = name.rpartition(":")[2].lower()
        if kind in _AREA:
            self._area = ""
        elif kind in _PHONE:
            told = [self._area, self._phone, self._change]
            self._found.append(",".join(part for part in told if part))
            self._inside = False
