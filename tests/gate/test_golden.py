"""The cases by which a gate is known: moments, lists, relationships and counts at their very edges.

Those about calls that run stand as examples in their rules, which `clearline rules test` holds them to: recording
across states (recording-notice-us), openings (connecticut-opening-10s), endings (end-call-on-request). Digits that are
split over turns, and what is shown of card numbers: tests/engine.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from clearline.engine.durations import instant_of
from clearline.engine.events import Event, Instant
from clearline.engine.monitor import replay
from clearline.engine.verdicts import Verdict
from clearline.gate.attempts import Answer, Attempt, Decision
from clearline.gate.library import Gate

MIAMI = "+13055550123"
PORTLAND = "97201"
CLEAN = {"consent": "none", "on_registry": False, "on_state_list": False}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.open()


def at(text: str) -> Instant:
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def loaded(text: str) -> list[Event]:
    """The national registry was fetched at that time."""
    return [Event("list", "list.loaded", at(text), {"list": "us-national"}, {"organisation": "shop"})]


def asked(
    gate: Gate,
    when: str,
    *,
    number: str = MIAMI,
    contact: tuple[Event, ...] = (),
    fetched: str = "",
    house: tuple[Event, ...] = (),
    told: dict[str, Any] | None = None,
    **facts: Any,
) -> Decision:
    """A sales call by hand, to a number on no list, with a registry of that morning, unless it is said otherwise."""
    told = {"purpose": "marketing", "technology": "human_manual", "voice": "human", **(told or {})}
    on = [*house, *loaded(fetched or when[:10])]
    return gate.decide(
        Attempt(number=number, **told), at(when), facts={**CLEAN, **facts}, contact=contact, house=on
    )


def rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.reasons}


@pytest.mark.parametrize(
    ("when", "answer", "words"),
    [
        ("2026-12-02T01:30", Answer.NOT_BEFORE, "20:30 in America/New_York, US-FL allows 08:00 to 20:00"),
        ("2026-12-01T14:30", Answer.NOT_BEFORE, "07:30 in America/Boise, US allows 08:00 to 21:00"),
        ("2026-12-01T23:30", Answer.ALLOW, ""),
    ],
    ids=["too late in Florida", "too early in Oregon", "open in both"],
)
def test_every_place_and_zone_has_to_be_open(gate: Gate, when: str, answer: Answer, words: str) -> None:
    decision = asked(gate, when, told={"postcode": PORTLAND})
    assert decision.answer is answer, decision.reasons
    assert words in "; ".join(reason.told for reason in decision.reasons)


def test_on_a_sunday_texas_opens_at_noon_in_both_of_its_zones(gate: Gate) -> None:
    decision = asked(gate, "2026-12-06T17:30", number="+12145550123", told={"place": "US-TX"})
    assert decision.answer is Answer.NOT_BEFORE
    assert decision.not_before == at("2026-12-06T19:00")  # noon in El Paso


def test_arizona_may_be_on_navajo_time(gate: Gate) -> None:
    decision = asked(gate, "2026-07-01T03:30", number="+16025550123", told={"place": "US-AZ"})
    assert decision.answer is Answer.NOT_BEFORE
    assert "21:30 in America/Denver" in decision.reasons[0].told


def test_a_registry_that_is_31_days_and_a_second_old_is_none(gate: Gate) -> None:
    fetched = "2026-10-23T17:00:00"
    on_time = asked(gate, "2026-11-23T17:00:00", number="+15035550123", fetched=fetched)
    assert on_time.answer is Answer.ALLOW
    late = asked(gate, "2026-11-23T17:00:01", number="+15035550123", fetched=fetched)
    assert (late.answer, rules(late)) == (Answer.DENY, {"registry-copy-fresh"})


def bought(text: str) -> tuple[Event, ...]:
    return (Event("o-1", "order.placed", at(text), {}, {"contact": "k-1"}),)


@pytest.mark.parametrize(
    ("when", "answer"), [("2026-11-30T17:00", Answer.ALLOW), ("2026-12-01T17:00", Answer.DENY)]
)
def test_a_purchase_lasts_18_calendar_months(gate: Gate, when: str, answer: Answer) -> None:
    decision = asked(gate, when, number="+15035550123", contact=bought("2025-05-31T12:00"), on_registry=True)
    assert decision.answer is answer
    assert rules(decision) == (set() if answer is Answer.ALLOW else {"registry-us"})


@pytest.mark.parametrize("voice", ["ai", "recorded"])
def test_a_purchase_does_not_allow_an_artificial_voice(gate: Gate, voice: str) -> None:
    decision = asked(
        gate,
        "2026-11-23T17:00",
        number="+15035550123",
        contact=bought("2026-11-01T12:00"),
        told={"voice": voice},
    )
    assert decision.answer is Answer.DENY
    assert "artificial-sales-written" in rules(decision)
    assert decision.facts["technology"] == "prerecorded_or_artificial"


def attempts(*times: str) -> tuple[Event, ...]:
    data = {
        "decision": "d",
        "purpose": "marketing",
        "technology": "human_manual",
        "places": ["US-FL"],
        "in_hours": True,
        "in_state_hours": True,
        **CLEAN,
    }
    return tuple(
        Event(f"a-{number}", "call.placed", at(time), {**data, "caller_id": f"+1305555{number:04}"})
        for number, time in enumerate(times)
    )


def test_the_fourth_call_in_any_24_hours_waits_whatever_number_it_shows(gate: Gate) -> None:
    before = attempts("2026-11-22T20:10", "2026-11-23T14:00", "2026-11-23T18:00")
    decision = asked(gate, "2026-11-23T20:05", contact=before, told={"caller_id": "+13055559999"})
    assert decision.answer is Answer.NOT_BEFORE
    assert {"florida-three-a-day"} <= rules(decision)
    assert decision.not_before is not None
    assert at("2026-11-23T20:10") < decision.not_before <= at("2026-11-23T20:11")


def test_the_share_is_of_calls_that_people_answered(gate: Gate) -> None:
    told = {"technology": "human_dialer", "campaign": "k", "line": "landline"}
    share = 130 / 4_000  # and not of 10,000 dialled
    decision = asked(gate, "2026-11-23T17:00", number="+15035550123", told=told, abandoned_share=share)
    assert (decision.answer, rules(decision)) == (Answer.DENY, {"dialer-stops-at-three-percent"})


def verdicts(gate: Gate, kind: str, rule: str, *events: Event) -> Verdict:
    program = gate.deciding.rules.program(kind)
    assert program
    return next(one for one in replay(program, events, gate.deciding.rules.known) if one.rule.id == rule)


def test_a_request_reaches_vendors_in_ten_business_days_that_no_holiday_lengthens(gate: Gate) -> None:
    friday = Event("1", "dnc.copy_due", at("2026-11-13T10:00"), {"vendor": "v"})
    (due,) = verdicts(gate, "organisation", "copies-at-vendors", friday).duties
    assert due.deadline == at("2026-11-28T00:00") - 1


def test_every_abandoned_call_in_britain_is_a_finding_whatever_the_share(gate: Gate) -> None:
    answered = [Event(f"{n}", "call.answered", at("2026-11-13T10:00") + n, {}) for n in range(99)]
    one = Event("x", "call.abandoned", at("2026-11-13T11:00"), {"places": ["GB"]})
    assert len(verdicts(gate, "campaign", "uk-abandoned-calls", *answered, one).findings) == 1


def test_a_breach_is_reported_within_72_hours_of_the_clock_that_no_weekend_lengthens(gate: Gate) -> None:
    friday = Event("1", "breach.known", at("2026-11-20T17:00"), {"breach": "b-1", "places": ["DE"]})
    (due,) = verdicts(gate, "organisation", "breach-reported-in-72-hours", friday).duties
    assert due.deadline == at("2026-11-23T17:00")
    late = asked(gate, "2026-11-24T17:00", number="+15035550123", house=(friday,))
    assert late.answer is Answer.ALLOW  # that it is late is no reason not to call somebody else


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"places": ["DE"], "channel": "agent", "model": "prosody"}, True),
        ({"channel": "agent", "model": "prosody"}, True),  # nobody knows where: no start, either
        ({"places": ["DE"], "channel": "customer", "model": "prosody"}, False),
        ({"places": ["DE"], "channel": "agent", "model": "phrases"}, False),
    ],
)
def test_a_model_that_reads_feelings_does_not_start_on_agents_in_the_union(
    gate: Gate, told: dict[str, Any], *, refused: bool
) -> None:
    house = gate.deciding.fresh("organisation")
    assert house
    start = Event("1", "analysis.started", at("2026-11-20T17:00"), told, {"organisation": "shop"})
    found = [one.rule.id for one in house.what_if(start)]
    assert found == (["no-emotion-read-from-agents"] if refused else [])
