"""What is said and done in each kind of call, as it was written down: see `scripts/`.

A line is `A:`, `C:` or `S:` (agent, customer, system) with variants between `||`; `@type key=value` for an event; `~ 3 9` for
a pause of so many seconds; `> 90 @type` for what follows so long after the call; `+name` for the lines of another script.
`[recorded, !DE, EU|GB, 30%]` before it are its conditions: flags of the call, and chance; `-` stands for
"where the last chance fell so", `-!` for "where it did not".
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

FOLDER = files("clearline.cli.shop")
SPEAKERS = {"A": "agent", "C": "customer", "S": "system"}
ALWAYS = 1.0

Flags = frozenset[str]
Test = tuple[str, ...]  # alternatives, one of which has to hold; `!` before it: has not to be there


class Line(NamedTuple):
    """One line of a script; of `variants`, `type`, `pause` and `after` one part tells what it does."""

    tests: tuple[Test, ...]
    chance: float  # 1: always; -1: if the last chance fell so; -2: if it did not
    by: str = ""
    variants: tuple[tuple[str, bool], ...] = ()  # words, and whether there is something to fill in
    type: str = ""
    data: tuple[tuple[str, str], ...] = ()
    pause: tuple[int, int] = (0, 0)
    after: int = 0


def world(name: str) -> dict[str, Any]:
    """A table of the shop's data, as read."""
    return tomllib.loads(FOLDER.joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def written() -> dict[str, list[str]]:
    """Every script by name, as written."""
    found: dict[str, list[str]] = {}
    for file in sorted(FOLDER.joinpath("scripts").iterdir(), key=lambda one: one.name):
        found |= tomllib.loads(file.read_text("utf-8"))
    return found


@cache
def lines(script: str) -> tuple[Line, ...]:
    """All lines of a script, those of others that it takes in at their place."""
    return tuple(line for text in written()[script] for line in _read(text))


@cache
def played(script: str, flags: Flags) -> tuple[Line, ...]:
    """The lines that are left for a call with these flags; only chance is still open."""
    return tuple(line for line in lines(script) if all(holds(test, flags) for test in line.tests))


def holds(test: Test, flags: Flags) -> bool:
    """Whether one of the alternatives does."""
    return any((one[1:] not in flags) if one[0] == "!" else one in flags for one in test)


def tests_of(text: str, between: str) -> tuple[Test, ...]:
    """Conditions as written, `EU|GB !DE`."""
    return tuple(tuple(one.split("|")) for one in text.replace(between, " ").split())


def _read(text: str) -> Iterator[Line]:
    tests: tuple[Test, ...] = ()
    chance = ALWAYS
    if text[0] == "[":
        conditions, text = text[1:].split("] ", 1)
        written_tests = []
        for one in conditions.split(", "):
            if one[-1] == "%":
                chance = int(one[:-1]) / 100
            elif one in {"-", "-!"}:
                chance = -float(len(one))
            else:
                written_tests.append(one)
        tests = tests_of(" ".join(written_tests), ",")
    head, _, rest = text.partition(" ")
    if head[0] == "+":
        if chance != ALWAYS:
            raise ValueError(f"{text!r}: another script is taken in by flags, not by chance; make it a flag")
        for line in lines(head[1:]):
            yield line._replace(tests=tests + line.tests)
    else:
        yield _line(head, rest, tests, chance)


def _line(head: str, rest: str, tests: tuple[Test, ...], chance: float) -> Line:
    if head[0] == "@":
        return Line(tests, chance, type=head[1:], data=_pairs(rest))
    if head == "~":
        low, high = rest.split()
        return Line(tests, chance, pause=(int(low), int(high)))
    if head == ">":
        after, kind, *pairs = rest.split()
        return Line(tests, chance, type=kind[1:], data=_pairs(" ".join(pairs)), after=int(after))
    variants = tuple((words, "{" in words) for words in rest.split(" || "))
    return Line(tests, chance, by=SPEAKERS[head[:-1]], variants=variants)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.partition("=")[0], one.partition("=")[2]) for one in text.split())
