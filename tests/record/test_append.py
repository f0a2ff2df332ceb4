"""The one way in: stored, judged and proven together, whatever order events come in."""

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection
from tests.record.conftest import LATER, NOON, Take, call

from clearline.engine.events import SECOND, Event
from clearline.evidence.models import Entry
from clearline.record import models
from clearline.record.actions.append import Outcome
from clearline.record.actions.ticking import tick
from clearline.record.watching import Watches, stored
from clearline.seal.commitments import check, entry_key

pytestmark = pytest.mark.django_db

SILENT = call(
    '0 call.started direction=inbound purpose=order places=["US-CA"] recorded=true',
    "1 recording.started",
    "2 call.answered",
    "5 agent: Thank you for calling Northwind, how can I help?",
    "9 customer: Where is my parcel?",
    "70 agent: It arrives on Friday.",
    "80 call.ended",
)


def outcomes(answers: list) -> list[Outcome]:  # type: ignore[type-arg]
    return [answer.outcome for answer in answers]


def found() -> list[tuple[str, int]]:
    rows = models.Finding.objects.filter(withdrawn=None, question=False)
    return sorted((row.rule, row.at) for row in rows)


def test_a_recorded_call_without_a_notice_is_a_finding(take: Take) -> None:
    assert outcomes(take(SILENT)) == [Outcome.STORED] * len(SILENT)
    assert "notice-all-parties" in {rule for rule, _ in found()} or found()
    row = models.Call.objects.get()
    assert (row.utterances, row.direction, row.state) == (3, "inbound", models.Call.State.EVALUATED)
    assert row.findings == len(found()) > 0


def test_what_comes_again_is_known_and_changes_nothing(take: Take) -> None:
    first = take(SILENT)
    again = take(SILENT)
    assert outcomes(again) == [Outcome.KNOWN] * len(SILENT)
    assert [one.entry for one in again] == [one.entry for one in first]
    assert models.Event.objects.count() == len(SILENT)


def test_another_event_under_a_known_id_is_a_conflict(take: Take) -> None:
    take(SILENT)
    other = Event("c-1-2", "call.answered", NOON + 3 * SECOND, {}, {"call": "c-1"}, 2)
    assert outcomes(take([other])) == [Outcome.CONFLICT]


def test_the_same_id_of_another_source_is_another_event(take: Take) -> None:
    take(SILENT)
    assert outcomes(take(SILENT[:1], source="dialler")) == [Outcome.STORED]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"at": -1}, "before 1970"),
        ({"seq": 1 << 62}, "seq"),
        ({"id": "a\0"}, "NUL"),
        ({"replaces": "a\0"}, "NUL"),
        ({"subjects": {"call": "c\0"}}, "NUL"),
        ({"data": {"a": [{"b\0": 1}]}}, "NUL"),
        ({"data": {"a": [{"b": ["\0"]}]}}, "NUL"),
    ],
)
def test_one_that_can_t_be_stored_is_refused_with_a_reason_and_the_others_are_taken(
    take: Take, change: dict[str, Any], told: str
) -> None:
    bad = msgspec.structs.replace(Event("bad", "call.noted", NOON, {}, {"call": "c-1"}), **change)
    good = Event("good", "call.noted", NOON, {"name": "\\u0000"}, {"call": "c-1"})
    first, second = take([bad, good])
    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.STORED)
    assert told in first.reason
    (other,) = take([good], source="shop\0")
    assert (other.outcome, "NUL" in other.reason) == (Outcome.REFUSED, True)


@pytest.mark.parametrize("seed", range(6))
def test_events_in_any_order_and_batches_lead_to_the_same_findings(take: Take, seed: int) -> None:
    take(call(*LINES, name="whole"))
    whole = {(rule, at) for rule, at in found()}
    shuffled = call(*LINES, name="mixed")
    random.Random(seed).shuffle(shuffled)
    while shuffled:
        some, shuffled = shuffled[:3], shuffled[3:]
        take(some)
    mixed = models.Finding.objects.filter(timeline__subject="mixed", withdrawn=None, question=False)
    assert {(row.rule, row.at) for row in mixed} == whole
    assert whole


LINES = (
    '0 call.started direction=outbound purpose=telemarketing places=["US-CA"] recorded=true agent_kind=person',
    "1 recording.started",
    "2 call.answered",
    "5 agent: Hello, this is Dana from Northwind.",
    "30 customer: Please do not call me again, put me on your do not call list.",
    "40 agent: We have a great offer for you today.",
    "60 customer: No.",
    "65 call.ended",
)


def test_a_restart_changes_no_verdict(take: Take, watches: Watches) -> None:
    for event in call(*LINES, name="stepped"):
        take([event])
        watches.drop(models.Timeline.objects.values_list("pk", flat=True))
    stepped = found()
    take(call(*LINES, name="whole"))
    whole = [
        (row.rule, row.at) for row in models.Finding.objects.filter(timeline__subject="whole", question=False)
    ]
    assert stepped == sorted(whole)


def test_every_event_and_finding_has_an_entry_that_its_own_key_opens(take: Take) -> None:
    take(SILENT)
    for row in models.Event.objects.select_related("owner"):
        entry = Entry.objects.get(index=row.entry)
        key = entry_key(bytes(row.owner.secret or b""), f"event {row.source}/{row.name}")
        check(bytes(entry.commitment), key, bytes(row.body or b""))
    for found_row in models.Finding.objects.select_related("timeline"):
        entry = Entry.objects.get(index=found_row.entry)
        label = f"raised {found_row.uid} {found_row.raised}"
        check(
            bytes(entry.commitment),
            entry_key(bytes(found_row.timeline.secret or b""), label),
            bytes(found_row.body or b""),
        )


def test_a_deadline_that_passes_in_silence_is_found_once_also_after_downtime(
    take: Take, watches: Watches
) -> None:
    running = call(
        '0 call.started direction=inbound purpose=order places=["US-CA"] recorded=true',
        "1 recording.started",
        "2 call.answered",
    )
    take(running, at=NOON + 5 * SECOND)
    assert found() == []
    watches.drop(models.Timeline.objects.values_list("pk", flat=True))
    assert tick(LATER, watches) == 1
    once = found()
    assert once
    assert all(at < NOON + 120 * SECOND for _, at in once)
    assert tick(LATER + 1, watches) == 0
    assert found() == once


CANARIES = ("5105105105105100", "5105 1051 0510 5100", "4929 8765", "five one zero five one zero")


def test_card_data_is_in_no_table(take: Take) -> None:
    take(
        call(
            "0 call.started direction=inbound",
            "2 call.answered",
            "3 agent: Can I have the card number?",
            "5 customer: It is 5105 1051 0510 5100",
            "9 agent: So five one zero five one zero five one zero five one zero five one zero zero, and the code?",
            "11 customer: seven three one",
            '15 order.noted note="card 5105105105105100 cvv 731"',
            "20 call.ended",
        )
    )
    dump = "\n".join(str(bytes(row.body or b"")) for row in models.Event.objects.all())
    dump += "\n".join(str(bytes(row.body or b"")) for row in models.Finding.objects.all())
    assert "xxxx" in dump
    for canary in CANARIES:
        assert canary not in dump
    if connection.vendor == "sqlite" and Path(connection.settings_dict["NAME"]).exists():
        raw = Path(connection.settings_dict["NAME"]).read_bytes()
        assert not any(canary.encode() in raw for canary in CANARIES)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Event("x", "Call.Ended", NOON, {}, {"call": "c"}), "type"),
        (Event("x", "call.ended", NOON, {}, {}), "timeline"),
        (Event("x", "call.ended", LATER + 3_600 * SECOND, {}, {"call": "c"}), "future"),
        (Event("", "call.ended", NOON, {}, {"call": "c"}), "id"),
        (Event("x", "call.ended", NOON, {}, {"call": "c" * 200}), "subject"),
    ],
)
def test_an_event_that_cannot_stand_is_refused_with_its_reason(take: Take, event: Event, reason: str) -> None:
    (answer,) = take([event])
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.reason
    assert models.Event.objects.count() == 0


def test_what_is_stored_is_what_is_replayed(take: Take) -> None:
    take(SILENT)
    events = stored(models.Timeline.objects.get(kind="call"))
    assert [event.type for event in events] == [event.type for event in SILENT]
    assert events[0].id == "telephony/c-1-0"
