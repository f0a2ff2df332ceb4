from datetime import date

import pytest

from clearline.cli.options import OptionError, day_of, facts_of, speakers_of

TODAY = date(2026, 11, 23)


def test_facts_are_json_lists_or_text() -> None:
    told = ["call.places=US-CA,US-NV", "call.recorded=true", "call.direction=outbound", "order.lines=[1,2]"]
    assert facts_of(told) == {
        "call": {"places": ["US-CA", "US-NV"], "recorded": True, "direction": "outbound"},
        "order": {"lines": [1, 2]},
    }


def test_one_place_is_a_list_too() -> None:
    assert facts_of(["call.places=US-CA"]) == {"call": {"places": ["US-CA"]}}


@pytest.mark.parametrize("option", ["places=US", "call.places", "call.=x", "call.places="])
def test_it_refuses_what_is_no_fact(option: str) -> None:
    with pytest.raises(OptionError, match="write it like call"):
        facts_of([option])


def test_speakers_are_named_by_their_labels() -> None:
    assert speakers_of(["0=agent", "spk=1=customer"]) == {"0": "agent", "spk=1": "customer"}


@pytest.mark.parametrize("option", ["agent", "=agent", "0=boss"])
def test_it_refuses_speakers_that_are_nobody(option: str) -> None:
    with pytest.raises(OptionError, match="--speaker"):
        speakers_of([option])


def test_a_day_is_its_midnight_and_today_by_default() -> None:
    assert day_of("1970-01-02", TODAY) == 86_400_000_000
    assert day_of("", TODAY) == day_of("2026-11-23", TODAY)
    with pytest.raises(OptionError, match="like 2026-11-23"):
        day_of("yesterday", TODAY)
