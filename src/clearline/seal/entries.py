"""An entry of the evidence log: one line of ASCII whose bytes are the leaf."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from clearline.seal.errors import Malformed

_KIND = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
_ACTOR = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"
_LINE = re.compile(
    rb'\{"index":(?P<index>0|[1-9]\d{0,17}),"at":"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)",'
    rb'"kind":"(?=[a-z0-9_.]{1,64}")(?P<kind>' + _KIND.encode() + rb')",'
    rb'"actor":"(?P<actor>' + _ACTOR.encode() + rb')","commitment":"(?P<commitment>[0-9a-f]{64})"\}'
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened (a kind), when, through whom (an opaque id), and a commitment to the rest."""

    index: int
    at: datetime
    kind: str
    actor: str
    commitment: bytes

    @property
    def line(self) -> bytes:
        """The leaf, without a newline; Malformed where a part does not fit."""
        at = f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z".rjust(27, "0")
        line = (
            f'{{"index":{self.index},"at":"{at}","kind":"{self.kind}","actor":"{self.actor}",'
            f'"commitment":"{self.commitment.hex()}"}}'
        ).encode()
        if not _LINE.fullmatch(line) or self.at.tzinfo is None:
            raise Malformed(
                "entry", "at needs a time zone, kind reads like call.ended, actor like a-17, both up to 64"
            )
        return line

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Reads a leaf; Malformed unless it is written as `line` writes it."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise Malformed("entry", "it is not written as the format says, to the byte")
        try:
            at = datetime.fromisoformat(found["at"].decode())
        except ValueError:
            raise Malformed("entry", "there is no such day or time") from None
        told = bytes.fromhex(found["commitment"].decode())
        return cls(int(found["index"]), at, found["kind"].decode(), found["actor"].decode(), told)
