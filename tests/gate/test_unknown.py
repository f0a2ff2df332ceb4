"""Whatever is not known, no sales call is allowed by accident; and what is remembered says the same as what is asked anew."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gate.test_golden import at, loaded

from clearline.engine.durations import FIXED
from clearline.engine.events import Event
from clearline.gate.asked import PLACED
from clearline.gate.attempts import Answer, Attempt
from clearline.gate.library import Gate

GATE = Gate.open(house=loaded("2026-11-01"))
NUMBERS = ("+13055550123", "+15035550123", "+12125550123", "+18005550123", "+442079460123", "+4930901820")
NEEDED = {"in_hours", "in_state_hours", "on_registry", "on_state_list", "purpose", "technology"}
facts = st.fixed_dictionaries(
    {},
    optional={
        "consent": st.sampled_from(["none", "express", "written"]),
        "on_registry": st.booleans(),
        "on_state_list": st.booleans(),
        "on_litigator_list": st.booleans(),
        "emergency": st.booleans(),
        "reassigned": st.sampled_from(["yes", "no", "no data"]),
    },
)
attempts = st.builds(
    Attempt,
    number=st.sampled_from(NUMBERS),
    purpose=st.sampled_from(["marketing", "mixed", "", "unheard of"]),
    technology=st.sampled_from(
        ["human_manual", "human_dialer", "prerecorded_or_artificial", "text", "", "x"]
    ),
    voice=st.sampled_from(["", "human", "ai"]),
    line=st.sampled_from(["", "mobile", "landline"]),
    place=st.sampled_from(["", "US-TX", "US-NY", "GB", "DE"]),
    campaign=st.sampled_from(["", "k"]),
)
times = st.integers(at("2026-10-20T00:00"), at("2026-12-20T00:00"))


@settings(max_examples=400, deadline=None)
@given(attempts, times, facts)
def test_a_sales_call_is_allowed_only_where_all_that_binds_it_is_known(
    attempt: Attempt, when: int, told: dict[str, Any]
) -> None:
    decision = GATE.decide(attempt, when, facts=told)
    if decision.answer is not Answer.ALLOW:
        assert decision.reasons
        return
    american = any(place.startswith("US") for place in decision.facts["places"])
    needed = (
        NEEDED if american and told.get("consent") != "written" else {"in_hours", "in_state_hours", "purpose"}
    )
    assert needed <= decision.facts.keys()
    assert decision.facts["in_hours"]
    assert decision.facts["in_state_hours"]


@settings(max_examples=400, deadline=None)
@given(attempts, st.lists(times, min_size=2, max_size=4), facts)
def test_what_is_remembered_is_what_a_rule_says(
    attempt: Attempt, moments: list[int], told: dict[str, Any]
) -> None:
    house = GATE.house
    fresh = GATE.deciding.fresh("contact")
    assert house
    assert fresh
    for when in moments:
        data = GATE.decide(attempt, when, facts=told).facts
        event = Event("", PLACED, when, {"decision": "", **data})
        kept = [one.finding for one in GATE.deciding.memory.what_if([house, fresh], event)]
        anew = [one for asked in (house, fresh) for one in asked.what_if(event)]
        assert [(one.rule.id, one.doubts) for one in kept] == [(one.rule.id, one.doubts) for one in anew]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NUMBERS), st.integers(-3, 3))
def test_the_age_of_a_list_turns_to_the_microsecond(number: str, off: int) -> None:
    house = GATE.house
    assert house
    when = at("2026-11-01T00:00") + 31 * FIXED["d"] + off
    data = {"decision": "", "purpose": "marketing", "places": ["US-OR"], "consent": "none", "number": number}
    event = Event("", PLACED, when, data)
    broken = {one.finding.rule.id for one in GATE.deciding.memory.what_if([house], event)}
    assert ("registry-copy-fresh" in broken) == (off > 0)
