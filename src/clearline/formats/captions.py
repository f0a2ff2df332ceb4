"""WebVTT and SRT: captions with times, and voices where the file names them."""

import html
import re
from collections.abc import Iterator

from clearline.formats.errors import BadCue, masked
from clearline.formats.plain import spoken
from clearline.formats.turns import Seconds, Transcript, Turn, joined

_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?=\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?=\s|$)")


def transcript(text: str) -> Transcript:
    """The cues as turns; a cue of several voices as several."""
    turns: list[Turn] = []
    loose = 0
    for line, block in _blocks(text):
        if _ASIDE.match(block[0]) or (line == 1 and block[0].startswith("WEBVTT")):
            continue
        at = next((n for n, each in enumerate(block[:2]) if "-->" in each), None)
        if at is None:
            loose += 1
        else:
            start, end = _span(block[at], line + at)
            turns += [Turn(said, labels, start, end) for labels, said in _voices(block[at + 1 :])]
    notes = [f"blocks without times left out: {loose:,}"] if loose else []
    return Transcript(joined(turns), notes=notes)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between blank ones, with the number of their first."""
    block: list[str] = []
    for n, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield n - len(block), block
            block = []


def _span(line: str, number: int) -> tuple[Seconds, Seconds]:
    found = _TIMES.match(line)
    if not found:
        raise BadCue(
            f"these times cannot be read: {masked(line, 60)}",
            f"line {number:,}",
            "Write them like 00:01:02.500 --> 00:01:04.000.",
        )
    return _seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> Seconds:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + float(f"0.{fraction or 0}")


def _voices(lines: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is said in a cue, by voice tag, else by a name before a colon."""
    before, *voiced = _VOICE.split(" ".join(lines))
    if unvoiced := _bare(before):
        name, _, said = spoken(unvoiced)
        yield ((name,) if name else ()), said
    for name, said in zip(voiced[::2], voiced[1::2], strict=True):
        yield (_bare(name),), _bare(said)


def _bare(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()
