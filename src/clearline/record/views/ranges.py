"""Which part of a file a request asks for (RFC 9110, 14.2)."""

import re
from typing import Final

UNSATISFIABLE: Final = range(-1, -1)
"""It asks for what lies beyond the end."""
_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def asked(header: str, size: int) -> range | None:
    """The bytes; None for all of them, also where the header can't be read or asks for several parts."""
    found = _ONE.fullmatch(header.replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) and size else UNSATISFIABLE
    start, stop = int(first), min(int(last or size) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return range(start, stop) if start < size else UNSATISFIABLE
