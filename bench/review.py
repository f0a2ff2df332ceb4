"""Review of finished calls, beside a loop of `re`, the bare Hyperscan scan and Presidio's pattern recognisers."""

import re
import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from bench.material import Call, calls, phrase_program, phrases, talk, vcon
from bench.measuring import Part, Seconds, goal, in_turns, table, timed
from bench.peers.asking import Peer, PeerError

from clearline.engine.events import Event
from clearline.engine.monitor import replay, replay_many
from clearline.engine.phrases import GAP_WORDS, Choice, Gap, Word
from clearline.engine.phrases import Sequence as Row
from clearline.engine.program import Program
from clearline.engine.scan import _OnePass
from clearline.engine.words import joined
from clearline.formats.reading import read
from clearline.rulebook.reading import load

TITLE = "Review of finished calls"
CALLS, SLOW = 64, 2  # calls in a batch, and for what is slow
GOALS = (
    ("file at a time against the `re` loop", "file", "re", 200),
    ("columns against the `re` loop", "columns", "re", 200),
    ("file at a time against presidio", "file", "presidio", 100),
    ("file at a time against the bare scan", "file", "scan", 0.25),
    ("columns against the bare scan", "columns", "scan", 0.40),
)
Known = dict[str, dict[str, Any]]


def measure(*, quick: bool) -> Part:
    """Calls a second with the shipped packs and with generated phrases."""
    lines = talk()
    some = calls(lines, 4 if quick else CALLS)
    files = [vcon(call, number) for number, call in enumerate(some)]
    book = load()
    programs = {"shipped packs": (book.program("call", book.select()), book.known)}
    for count in (200,) if quick else (1_000, 5_000):
        programs[f"{count:,} phrases"] = phrase_program(phrases(lines, count)), {}
    size = sum(len(text) for call in some for _, text in call) / len(some)
    about = (
        f"{len(some)} calls of 180 turns and {size / 1000:.1f} KB of words ({len(files[0]) / 1000:.0f} KB as vCon), from "
        f"{lines.source}. CPU time of one core, medians of rounds in which all take turns. *File*: bytes of a vCon to verdicts, one "
        "by one. *Columns*: events in memory to verdicts, all calls in one search. *Scan*: Hyperscan alone, same database, "
        "same normalised bytes, no callback. *re*: a loop of one compiled pattern a phrase, ignoring case, over the words as they are; "
        "*re, normalised*: a loop of our own patterns over our normalised bytes."
    )
    parts = [about]
    peer, note = _presidio(quick=quick)
    for name, (program, known) in programs.items():
        contenders, sizes = _contenders(program, known, some, files)
        if peer is not None and name == "shipped packs":
            contenders["presidio"], sizes["presidio"] = _asking(peer, some[:SLOW]), SLOW
        parts += [f"### {name}", _told(program, contenders, sizes, some, rounds=1 if quick else 5)]
    if peer is not None:
        peer.close()
    return Part("review", TITLE, "\n\n".join([*parts, note, "" if quick else _cores(files)]).strip())


def _contenders(
    program: Program, known: Known, some: list[Call], files: list[bytes]
) -> tuple[dict[str, Callable[[], Seconds]], dict[str, int]]:
    lexicon = program.hearing.lexicon
    texts = [[text for _, text in call] for call in some]
    normal = [joined(each) for each in texts]
    events: list[Sequence[Event]] = [read(file)[0].events for file in files]
    patterns, search = lexicon._patterns, lexicon._search  # noqa: SLF001 - what we search for, to search alike
    assert isinstance(search, _OnePass)
    scan: Any = search.database.scan  # its stub asks for a callback
    plain = [re.compile(written(one.phrase.parts), re.IGNORECASE) for one in patterns]
    loop = [re.compile(one.window()) for one in patterns]
    contenders = {
        "scan": timed(lambda: [scan(text) for text in normal]),
        "search": timed(lambda: [lexicon.find(each) for each in texts]),
        "file": timed(lambda: [replay(program, read(file)[0].events, known) for file in files]),
        "columns": timed(lambda: [one.verdicts() for one in replay_many(program, events, known)]),
        "re": timed(lambda: [[one.findall("\n".join(each)) for one in plain] for each in texts[:SLOW]]),
        "re, normalised": timed(lambda: [[one.findall(text) for one in loop] for text in normal[:SLOW]]),
    }
    return contenders, dict.fromkeys(contenders, len(some)) | {"re": SLOW, "re, normalised": SLOW}


def written(parts: Row) -> str:
    """The regular expression that a person would write for a phrase."""
    pieces = []
    for part in parts:
        match part:
            case Word(text, begun):
                pieces.append(
                    r"\b" + re.escape(text) + (r"\w*" if begun else r"\b") if text != "?" else r"\?"
                )
            case Gap():
                pieces.append(rf"(?:\w+\W+){{0,{GAP_WORDS}}}?")
            case Choice(options):
                pieces.append(f"(?:{'|'.join(map(written, options))})")
    return r"\W*".join(pieces)


def _told(
    program: Program,
    contenders: dict[str, Callable[[], Seconds]],
    sizes: dict[str, int],
    some: list[Call],
    rounds: int,
) -> str:
    taken = in_turns(contenders, rounds)
    each = {name: seconds / sizes[name] for name, seconds in taken.items()}
    found = sum(len(program.hearing.lexicon.find([text for _, text in call])) for call in some) / len(some)
    rows = [(name, 1 / one, one * 1e6, each["scan"] / one) for name, one in each.items()]
    goals = [
        goal(what, wanted, each[other] / each[ours]) for what, ours, other, wanted in GOALS if other in each
    ]
    about = f"{len(program.rules)} rules, {len(program.hearing.lexicon._patterns):,} patterns, {found:.0f} hits a call."  # noqa: SLF001
    return "\n\n".join(
        [
            about,
            table(("", "calls/s", "µs a call", "share of the scan's speed"), rows),
            table(("goal", "wanted", "measured", ""), goals),
        ]
    )


def _presidio(*, quick: bool) -> tuple[Peer | None, str]:
    if quick:
        return None, ""
    try:
        return Peer("presidio"), (
            "Presidio searches for personal data with 16 pattern recognisers and no language model, on the words of the same "
            "calls; it judges no rules. Ours finds card numbers and the like, spoken ones too, in the same pass."
        )
    except PeerError as error:
        return None, f"**{error}.**"


def _asking(peer: Peer, some: list[Call]) -> Callable[[], Seconds]:
    texts = ["\n".join(text for _, text in call) for call in some]
    return lambda: peer.measure(texts=texts)[0]


def _cores(files: list[bytes]) -> str:
    """Files a second by the clock in one process and in two, each with the shipped packs."""
    rows = []
    for processes in (1, 2):
        with ProcessPoolExecutor(processes, get_context("spawn"), _start) as pool:
            list(pool.map(_review, [files[:1]] * processes * 2))
            begun = time.perf_counter()
            told = list(pool.map(_review, [files[at :: processes * 2] for at in range(processes * 2)]))
            taken = time.perf_counter() - begun
        rows.append(
            (
                f"{processes} process{'es' * (processes > 1)}",
                len(files) / taken,
                sum(one for one, _ in told),
                max(kb for _, kb in told) / 1024,
            )
        )
    speed_up = rows[1][1] / rows[0][1]
    return (
        "### Both cores\n\n"
        + table(("", "files/s by the clock", "CPU seconds in all", "MiB of memory each"), rows)
        + f"\n\nTwo processes do {speed_up:.2f} times the work of one by the clock; what else ran on the machine counts there."
    )


_here: list[tuple[Program, Known]] = []  # of a process of the pool


def _start() -> None:
    book = load()
    _here.append((book.program("call", book.select()), book.known))


def _review(files: list[bytes]) -> tuple[Seconds, int]:
    """CPU seconds, and the most memory that the process has held, in KiB."""
    program, known = _here[0]
    taken = timed(lambda: [replay(program, read(file)[0].events, known) for file in files])()
    return taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
