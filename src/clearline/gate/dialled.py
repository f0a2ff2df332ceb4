"""Numbers as dialers write them, in E.164."""

import re
from functools import lru_cache

from clearline.formats.phones import home, number_in_full

LONGEST = 40  # characters; no number is longer, however it is written
_AMERICAN = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}", re.ASCII)
_EXTENSION = re.compile(r"(?i)[\s,;]*(?:ext(?:ension)?\.?|x|#|;ext=)\s*\d{1,7}\s*$")
_MOST = 18  # digits: 011 and the 15 of the longest number; what has more are two numbers, of which one would be passed over


def in_full(written: str) -> str:
    """A number in E.164, without an extension; empty where it is none that can be dialled."""
    if _AMERICAN.fullmatch(written):  # nearly all: what the plan itself allows needs no library
        return written
    return _read(written, home()) if len(written) <= LONGEST else ""


@lru_cache(1 << 14)
def _read(written: str, region: str) -> str:
    alone = _EXTENSION.sub("", written)
    return "" if sum(map(str.isdigit, alone)) > _MOST else number_in_full(alone, region) or ""
