"""How well the signals of asking, answering and claiming are heard in real talk: shares of labelled turns."""

import json
import lzma
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from clearline.engine.entities import START
from clearline.engine.events import SECOND, UTTERANCE, Event
from clearline.engine.hearing import END, Hearing
from clearline.engine.monitor import replay
from clearline.engine.rules import KINDS
from clearline.rulebook.reading import SHIPPED, read

ROOT = Path(__file__).parents[2]
NOON = 1_795_435_200 * SECOND  # 2026-11-23T12:00Z
ASKING = ["confirm_booking", "booking_available", "viewing_available", "flight_available"]
CLAIMING = [
    "booking_successful",
    "reservation_succeeded",
    "changes_successful",
    "report_submitted",
    "rsvp",
    "meeting_inform_confirmed",
]
NEITHER = {
    "custom",
    "spaceship_inform_outcome",
    "ride_confirm_booking",
    "hotel_inform_service_request_successful",
}

pytestmark = pytest.mark.data

Turn = tuple[str, str, bool]  # who, the words, whether they show the signal by their label


@pytest.fixture(scope="module")
def data() -> Path:
    folder = Path(os.environ.get("CLEARLINE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data are not at {folder}; set CLEARLINE_DATA")
    return folder


def lines(path: Path) -> Iterator[Any]:
    with lzma.open(path, "rt") as file:
        yield from map(json.loads, file)


def sgd(data: Path, speaker: str, act: str, after: frozenset[str] = frozenset()) -> list[Turn]:
    """All turns of a speaker, or those that answer an act; labelled by what they do."""
    turns: list[Turn] = []
    for dialogue in lines(data / "sgd" / "dev.jsonl.xz"):
        before: set[str] = set()
        for turn in dialogue.get("turns", ()):
            acts = {action["act"] for frame in turn["frames"] for action in frame["actions"]}
            if turn["speaker"] == speaker and (not after or before & after):
                by = "agent" if speaker == "SYSTEM" else "customer"
                turns.append((by, turn["utterance"], any(one.startswith(act) for one in acts)))
            before = acts
    return turns


def star(data: Path, labels: list[str]) -> list[Turn]:
    """The agents' turns that were picked by label; none whose label does not tell."""
    return [
        ("agent", event["Text"], any(label in event["ActionLabel"] for label in labels))
        for dialogue in lines(data / "star" / "dialogues.jsonl.xz")
        for event in dialogue["Events"]
        if event.get("ActionLabel")
        and event["ActionLabel"] not in NEITHER
        and "ask_next" not in event["ActionLabel"]
        if "ask_proceed" not in event["ActionLabel"] and event["Agent"] == "Wizard"
    ]


def heard(name: str, turns: list[Turn]) -> tuple[float, float]:
    """Precision and recall of a signal of the pack `conversation`."""
    signals = [entry.signal for entry in read(SHIPPED).packs["conversation"].signals.values()]
    hearing = Hearing(signals, [(f"conversation/{name}", END)], KINDS[0])
    events = [
        Event(str(at), UTTERANCE, at, {"by": by, "text": words}) for at, (by, words, _) in enumerate(turns)
    ]
    _, moments = hearing.moments(events, START)
    found = {int(moment.event.id) for moment in moments}
    right = {at for at, (_, _, shows) in enumerate(turns) if shows}
    return len(found & right) / len(found), len(found & right) / len(right)


def test_the_answer_yes_is_heard(data: Path) -> None:
    precision, recall = heard(
        "customer_yes", sgd(data, "USER", "AFFIRM", frozenset({"CONFIRM", "OFFER_INTENT"}))
    )
    assert precision > 0.98
    assert recall > 0.94


def test_the_answer_no_is_heard(data: Path) -> None:
    precision, recall = heard(
        "customer_no", sgd(data, "USER", "NEGATE", frozenset({"CONFIRM", "OFFER_INTENT"}))
    )
    assert precision > 0.98
    assert recall > 0.70


def test_a_claim_of_success_is_heard(data: Path) -> None:
    precision, recall = heard("success_claim", sgd(data, "SYSTEM", "NOTIFY_SUCCESS"))
    assert precision > 0.95
    assert recall > 0.75
    precision, recall = heard("success_claim", star(data, CLAIMING))
    assert precision > 0.98
    assert recall > 0.98


def test_a_question_before_acting_is_heard(data: Path) -> None:
    _, recall = heard("ask_to_confirm", sgd(data, "SYSTEM", "CONFIRM"))
    assert recall > 0.80
    precision, recall = heard("ask_to_confirm", star(data, ASKING))
    assert precision > 0.98
    assert recall > 0.98


def test_calls_in_which_all_is_confirmed_raise_no_alarm_and_few_questions(data: Path) -> None:
    rulebook = read(SHIPPED)
    program = rulebook.compiled("call", rulebook.select(["shop-policy", "opt-out", "recording-consent"]))
    dialogues = lines(data / "sgd" / "dev.jsonl.xz")
    deeds = {tuple(deed) for deed in next(dialogues)["transactional"]}
    calls = [call(dialogue, deeds) for dialogue in islice(dialogues, 400)]
    verdicts = [verdict for one in calls for verdict in replay(program, one, rulebook.known)]
    assert [verdict.rule.id for verdict in verdicts if verdict.findings] == []
    assert sum(bool(verdict.questions) for verdict in verdicts) < 0.06 * len(calls)


def call(dialogue: dict[str, Any], deeds: set[tuple[str, ...]]) -> list[Event]:
    """A dialogue as a call: its words, and an order wherever a service was told to act."""
    events = [Event("start", "call.answered", NOON)]
    for turn in dialogue["turns"]:
        by = "agent" if turn["speaker"] == "SYSTEM" else "customer"
        calls = [(frame["service"], frame.get("service_call", {}).get("method")) for frame in turn["frames"]]
        said = Event(f"{len(events)}", UTTERANCE, NOON + len(events), {"by": by, "text": turn["utterance"]})
        if deeds.intersection(calls):  # before the words that report it
            events.append(Event(f"{said.id} deed", "order.placed", said.at, seq=-1))
        events.append(said)
    return [*events, Event("end", "call.ended", events[-1].at + 1)]
