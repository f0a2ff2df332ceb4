"""Named states hold from one event to another, for each key, for as long as they last; what is unsure stays a question."""

from __future__ import annotations

import pytest
from tests.engine.small_programs import event, program, said

from clearline.engine.events import SECOND, Event
from clearline.engine.forms.form import State
from clearline.engine.grammar import parse_term
from clearline.engine.monitor import Monitor, replay
from clearline.engine.rules import StateDefinition
from clearline.engine.verdicts import Verdict

DAY = 86_400


def verdict(sentence: str, *events: Event, kind: str = "contact") -> Verdict:
    return replay(program(sentence, kind=kind), events)[0]


def broken_at(found: Verdict) -> list[float]:
    return [finding.breach.at / SECOND for finding in found.findings]


def unsure_at(found: Verdict) -> list[float]:
    return [question.breach.at / SECOND for question in found.questions]


def test_a_deed_meets_the_state_as_it_stood_before_its_own_event() -> None:
    found = verdict(
        "forbid recording.started while recording",
        event(1, "recording.started"),
        event(2, "recording.started"),
        event(3, "recording.paused"),
        event(4, "recording.started"),
        kind="call",
    )
    assert broken_at(found) == [2]


def test_repeated_starts_leave_a_state_on_and_the_first_end_closes_it() -> None:
    starts = [event(1, "recording.started"), event(2, "recording.started")]
    found = verdict(
        "forbid yes while recording",
        *starts,
        event(3, "recording.paused"),
        said(4, "customer", "yes"),
        kind="call",
    )
    assert not found.findings


def test_a_state_lasts_as_long_as_it_may_to_the_very_end_and_is_renewed() -> None:
    events = [
        event(0, "list.loaded"),
        event(31 * DAY, "call.placed"),
        event(31 * DAY + 1, "call.placed"),
        event(32 * DAY, "list.loaded"),
        event(33 * DAY, "list.loaded"),
        event(64 * DAY, "call.placed"),
        event(65 * DAY, "call.placed"),
    ]
    assert broken_at(verdict("forbid call.placed unless fresh", *events)) == [31 * DAY + 1, 65 * DAY]


RULE = "forbid call.placed while opted_out[data.channel]"


def out(at: float, channel: object = "phone", *, sure: object = True) -> Event:
    known = {"channel": channel, "sure": sure}
    return event(at, "x.opt_out", **{name: value for name, value in known.items() if value is not None})


def placed(at: float, channel: object = "phone") -> Event:
    return event(at, "call.placed", channel=channel)


def test_a_keyed_state_is_held_for_each_key() -> None:
    events = [out(1), placed(2), placed(3, "mail"), event(4, "x.opt_in", channel="phone"), placed(5)]
    assert broken_at(verdict(RULE, *events)) == [2]


def test_without_a_key_it_is_on_if_it_is_on_for_any() -> None:
    rule = "forbid call.placed while opted_out"
    assert broken_at(
        verdict(rule, placed(0), out(1, "mail"), event(2, "x.opt_in", channel="phone"), placed(3))
    ) == [3]


@pytest.mark.parametrize("channel", [None, ["phone", "mail"]])
def test_a_start_for_nobody_knows_which_key_may_be_for_any(channel: object) -> None:
    found = verdict(RULE, out(1, "mail"), out(2, channel), placed(3, "mail"), placed(4))
    assert broken_at(found) == [3]
    assert unsure_at(found) == [4]


def test_an_end_for_nobody_knows_which_key_may_be_for_any() -> None:
    found = verdict(RULE, out(1), event(2, "x.opt_in"), placed(3), placed(4, "mail"))
    assert not found.findings
    assert unsure_at(found) == [3]


@pytest.mark.parametrize("channel", [None, {}, ["phone"]])
def test_a_deed_whose_key_nobody_knows_is_a_question(channel: object) -> None:
    found = verdict(RULE, out(1), placed(2, channel))
    assert unsure_at(found) == [2]
    assert found.questions[0].doubts == ("it is not known whether `opted_out[data.channel]` held",)


def test_a_start_that_nobody_is_sure_of_is_a_question_until_one_is_certain() -> None:
    found = verdict(RULE, out(1, sure=None), placed(2), out(3), placed(4))
    assert unsure_at(found) == [2]
    assert broken_at(found) == [4]


def test_half_of_a_start_that_nobody_is_sure_of_makes_the_whole_unsure() -> None:
    both = StateDefinition("both", parse_term("opt_out and x.told"))
    compiled = program("forbid x.call while both", kind="contact", states=[both])
    found = replay(compiled, [out(1, sure=None), event(2, "x.told"), event(3, "x.call")])[0]
    assert unsure_at(found) == [3]
    assert not found.findings


@pytest.mark.parametrize(
    ("before", "findings", "questions"), [("off", [], []), ("on", [1], []), ("unknown", [], [1])]
)
def test_until_the_first_end_a_state_is_what_it_is_said_to_be(
    before: str, findings: list[float], questions: list[float]
) -> None:
    state = StateDefinition("consented", parse_term("x.yes"), parse_term("x.no"), before=before)
    compiled = program("forbid x.call while consented", kind="contact", states=[state])
    found = replay(compiled, [event(1, "x.call"), event(2, "x.no"), event(3, "x.call")])[0]
    assert (broken_at(found), unsure_at(found)) == (findings, questions)


def test_states_are_joined_in_three_values() -> None:
    asked = StateDefinition("asked", parse_term("x.ask"), before="unknown")
    sworn = StateDefinition("sworn", parse_term("x.swear"))
    events = [event(1, "x.call"), event(2, "x.swear"), event(3, "x.call")]
    found = {
        joined: replay(
            program(f"forbid x.call while {joined}", kind="contact", states=[asked, sworn]), events
        )[0]
        for joined in ("asked and sworn", "asked or sworn", "not asked and not sworn")
    }
    assert {joined: (broken_at(one), unsure_at(one)) for joined, one in found.items()} == {
        "asked and sworn": ([], [3]),
        "asked or sworn": ([3], [1]),
        "not asked and not sworn": ([], [1]),
    }


def test_a_late_end_takes_findings_back() -> None:
    monitor = Monitor(program(RULE, kind="contact"))
    monitor.step(out(1))
    assert [change.what for change in monitor.step(placed(9))] == ["raised"]
    assert [change.what for change in monitor.step(event(5, "x.opt_in", channel="phone"))] == ["withdrawn"]
    assert monitor.verdicts()[0].state is State.OPEN
