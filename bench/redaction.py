"""What redaction misses, and what it hides for nothing: in sentences, bank talk, generated cards, and sound."""

import json
import lzma
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.lines import json_lines
from bench.measuring import Part, table
from bench.peers.asking import Peer, PeerError
from bench.spoken_digits import generate

from clearline.cli.redacting import Redactor, measured
from clearline.engine import topics
from clearline.engine.skim import hear_all
from clearline.engine.words import normalise, spans
from clearline.speech.measuring import Tally, hidden_words, written
from clearline.speech.spoken import talks

DATA = Path(os.environ.get("CLEARLINE_DATA", Path(__file__).parents[2] / "shared/data"))
KINDS = {"CREDIT_CARD": topics.CARD, "US_SSN": topics.SSN, "IBAN_CODE": topics.IBAN}
SLOTS = {"PIN": "PIN", "AccountNumber": "account number", "DateOfBirth": "birth date"}
SLOTS |= {"SecurityAnswer1": "security answer", "SecurityAnswer2": "security answer"}
SPOKEN = ("utter", "pick_suggestion")

Span = tuple[str, int, int]


def measure(*, quick: bool = False) -> Part:
    cards, calls = (400, 1) if quick else (40_000, 48)
    texts = "\n\n".join(
        [
            "Sentences of presidio-research, the kinds that are hidden: found from end to end, and found where nothing is.",
            sentences(quick=quick),
            "Bank talk of STAR: values that a customer was given to say and said; hidden wherever they are said, in any turn.",
            bank(),
            f"{cards:,} generated talks in which a card number is read out, as text.",
            forms(generated(cards)),
            f"{calls} calls of real spoken digits (FSDD, two speakers, isolated clips spliced), Whisper base. Misses on these very calls were looked at while the rules for speech without words were made, so expect more elsewhere; a false mute is a span that meets no digit.",
            sound(calls),
        ]
    )
    return Part("redaction", "Redaction: what is missed, and what is hidden for nothing", texts)


def sentences(*, quick: bool) -> str:
    """Recall and precision on labelled sentences."""
    file = DATA / "redaction/presidio_synth_dataset_v2.json.xz"
    rows: list[dict[str, Any]] = json.loads(lzma.decompress(file.read_bytes()))
    texts = [row["full_text"] for row in rows]
    true = [
        [
            (KINDS[one["entity_type"]], one["start_position"], one["end_position"])
            for one in row["spans"]
            if one["entity_type"] in KINDS
        ]
        for row in rows
    ]
    found = {"clearline": [_heard(text) for text in texts]}
    if not quick:
        try:
            _, peers = Peer("presidio_spans").measure(texts=texts)
            found["presidio, patterns"] = [
                [(KINDS[kind], start, end) for kind, start, end in one if kind in KINDS] for one in peers
            ]
        except PeerError as error:
            found[str(error)] = [[] for _ in texts]
    lines = [
        (who, kind, *_score(kind, true, heard)) for who, heard in found.items() for kind in KINDS.values()
    ]
    return table(("", "kind", "marked", "found", "recall", "false", "precision"), lines)


def bank() -> str:
    """What is still to be read of the values in bank talk."""
    said, left, hidden, plain = Counter[str](), Counter[str](), 0, 0
    for row in json_lines(DATA / "star/dialogues.jsonl.xz"):
        turns = [
            (one["Agent"], one["Text"])
            for one in row["Events"]
            if one["Action"] in SPOKEN and one.get("Text")
        ]
        values = {
            (SLOTS[slot], normalise(value))
            for one in row["Events"]
            if one["Action"] == "query"
            for field in one["Constraints"]
            for slot, value in field.items()
            if slot in SLOTS and value != "null"
        }
        marked = hidden_words(turns)
        shown = [_shown(text, words) for (_, text), words in zip(turns, marked, strict=True)]
        if not values:
            hidden += sum(map(len, marked))
            plain += sum(len(spans(text)) for _, text in turns)
        for kind, value in values:
            if value and any(f" {value} " in f" {normalise(text)} " for _, text in turns):
                said[kind] += 1
                left[kind] += any(f" {value} " in f" {text} " for text in shown)
    lines = [
        (kind, said[kind], said[kind] - left[kind], 1 - left[kind] / said[kind]) for kind in sorted(said)
    ]
    return (
        table(("kind", "said", "hidden", "recall"), lines)
        + f"\n\nIn the dialogues without such values {hidden:,} of {plain:,} words were hidden."
    )


def generated(count: int) -> Tally:
    tally = Tally()
    for talk in talks(count):
        tally.text(written(talk))
    return tally


def sound(calls: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        list(generate(Path(folder), DATA / "audio", calls))
        tally = measured(Path(folder), Redactor())
    return forms(tally) + (
        f"\n\n{tally.seconds / 60:.1f} minutes; {100 * tally.hidden / tally.secret:.2f} % of the time of card digits muted; "
        f"{tally.false_a_minute:.2f} false mutes a minute; {tally.withheld} of {tally.recordings} not released; in what was "
        "released the last hearing found nothing."
    )


def forms(tally: Tally) -> str:
    """What was missed, by how it is spoken."""
    rows = [*sorted(tally.counts.items()), (("all", "all"), tally.total)]
    head = ("spoken", "secrets", "missed", "at most (95 %)", "words", "shown")
    return table(
        head,
        [
            (form, one.secrets, one.missed, f"{100 * one.bound:.3f} %", one.words, one.shown)
            for (_, form), one in rows
        ],
    )


def _heard(text: str) -> list[Span]:
    places = spans(text)
    return [
        (one.kind, places[one.parts[0].first][0], places[one.parts[-1].last][1])
        for _, one in hear_all([("customer", text)])
        if one.kind not in topics.BEGINNINGS
    ]


def _score(kind: str, true: Sequence[Sequence[Span]], heard: Sequence[Sequence[Span]]) -> tuple[Any, ...]:
    """Marked, found, recall, false, precision; a span is found if the whole of it is, but for a leading sign or two."""
    marked = found = false = right = 0
    for real, told in zip(true, heard, strict=True):
        wanted = [one for one in real if one[0] == kind]
        named = [one for one in told if one[0] == kind]
        marked += len(wanted)
        found += sum(any(at <= start + 2 and to >= end for _, at, to in named) for _, start, end in wanted)
        hits = [any(at < end and start < to for _, start, end in wanted) for _, at, to in named]
        right += sum(hits)
        false += len(hits) - sum(hits)
    return marked, found, found / marked, false, right / max(1, right + false)


def _shown(text: str, hidden: set[int]) -> str:
    words = normalise(text).split()
    return " ".join("xxxx" if at in hidden else word for at, word in enumerate(words))
