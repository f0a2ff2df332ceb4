"""One running call: what its agent is told, and that the end is what replay says."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.live.conftest import NOON, told
from tests.record.conftest import call

from clearline.engine.entities import START
from clearline.engine.events import SECOND, Event
from clearline.engine.explain import explain
from clearline.engine.monitor import replay
from clearline.engine.storing import storable
from clearline.engine.verdicts import Verdict
from clearline.live import wire
from clearline.live.running import AT_A_TIME, LONGEST, STALE, Rules, Running

STARTED = '0 call.started recorded=true places=["US-CA"]'
NOTICE = "recording-notice-us"


def test_a_duty_counts_down_until_it_is_done(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered"))
    (line, *_) = due(running, 2)
    assert (line.text, line.deadline) == ("Say that this call is recorded.", NOON + 31 * SECOND)
    told(running, call("5 agent: Hi, this is Dana from Northwind, this call is recorded.", name="c-2"))
    picture = running.picture(NOON + 6 * SECOND)
    assert picture is not None
    assert "Say that this call is recorded." not in [one.text for one in picture.due]
    assert "Say that this call is recorded." in [one.text for one in picture.done]


def test_a_prompt_that_only_partial_words_had_caused_is_withdrawn(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered", "3 agent: This call is recorded. How can I help?"))
    (misheard,) = call("8 customer: please stop calling me", name="u")
    running.perhaps(misheard, NOON + 9 * SECOND)
    assert "Put this number on the do-not-call list now." in texts(due(running, 9))
    (final,) = call("8 customer: please stop that noise", name="u")
    running.happened(final, NOON + 10 * SECOND)
    assert "Put this number on the do-not-call list now." not in texts(due(running, 10))
    assert outcomes(running) == {"opt-out-recorded-at-once": "withdrawn", **outcomes(running)}


def test_what_the_agent_sets_aside_is_shown_no_more(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered"))
    (line, *_) = due(running, 2)
    aside = Event("a", "prompt.set_aside", NOON + 3 * SECOND, {"rule": line.rule}, {"panel": "c-1"})
    running.happened(aside, NOON + 3 * SECOND)
    assert line.rule not in [one.rule for one in due(running, 4)]
    assert outcomes(running)[line.rule] == "set aside"


def test_a_deadline_passes_without_a_word(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered"))
    broken: list[str] = []
    while running.wakes is not None and running.wakes <= NOON + 31 * SECOND + 1:
        running.tick(running.wakes)
        picture = running.picture(NOON + 32 * SECOND)
        broken = [one.rule for one in picture.broken if not one.question] if picture else broken
    assert broken == [NOTICE]
    assert outcomes(running)[NOTICE] == "missed"


def test_a_call_whose_clock_is_an_hour_behind_counts_down_as_others_do(rules: Rules) -> None:
    running = Running("c-1", rules)
    for event in call(STARTED, "1 call.answered"):
        running.happened(event, event.at + 3600 * SECOND)
    assert running.skew == -3600 * SECOND
    running.tick(NOON + 3630 * SECOND)
    assert outcomes(running).get(NOTICE) is None
    running.tick(NOON + 3631 * SECOND + 1)
    assert outcomes(running)[NOTICE] == "missed"


def test_partial_words_of_which_nothing_more_is_heard_were_not_said(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered"))
    (partial,) = call("3 agent: this call is recorded", name="u")
    running.perhaps(partial, NOON + 4 * SECOND)
    assert NOTICE not in [one.rule for one in due(running, 4)]
    assert running.wakes is not None
    assert running.wakes <= NOON + 4 * SECOND + STALE + 1
    running.tick(NOON + 4 * SECOND + STALE + 1)
    assert NOTICE in [one.rule for one in due(running, 20)]


def test_only_a_few_partial_utterances_stand_at_once(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered"))
    for number in range(50):
        (partial,) = call(f"3 customer: {'word ' * 2_000}", name=f"u{number}")
        running.perhaps(partial, NOON + 4 * SECOND)
    picture = running.picture(NOON + 4 * SECOND)
    assert picture is not None
    assert len(picture.talk) == AT_A_TIME
    assert all(len(one.text) <= LONGEST for one in picture.talk)
    assert len(running.monitor.events) == 2 + AT_A_TIME


def test_words_that_others_stand_for_are_taken_off_the_page(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered", "3 agent: Wrong words."))
    running.picture(NOON + 5 * SECOND)
    (right,) = call("3 agent: Right words.", name="u")
    running.happened(replace(right, replaces="c-1-2"), NOON + 6 * SECOND)
    picture = running.picture(NOON + 6 * SECOND)
    assert picture is not None
    assert (picture.unsaid, [one.text for one in picture.talk]) == (("c-1-2",), ["Right words."])


def test_a_voice_bot_hears_which_rule_its_words_would_break(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered", "3 agent: This call is recorded."))
    asked = Event("", "utterance", 0, {"by": "agent", "text": "And the PIN of your card, please?"})
    assert [one.rule for one in running.against(asked, NOON + 5 * SECOND)] == ["card-pin-never-asked"]
    harmless = Event("", "utterance", 0, {"by": "agent", "text": "It is on its way."})
    assert running.against(harmless, NOON + 5 * SECOND) == ()
    assert running.picture(NOON + 6 * SECOND) is not None, "asking changes nothing"
    assert len(running.monitor.events) == 3


def test_a_call_is_taken_up_where_it_stood(rules: Rules) -> None:
    before, after = Running("c-1", rules), Running("c-1", rules)
    events = call(*TALK[:8])
    told(before, events)
    after.take_up(before.monitor.events, NOON + 33 * SECOND)
    last = call(*TALK[8:], name="c-9")
    told(before, last)
    told(after, last)
    assert told_of(before.monitor.verdicts()) == told_of(after.monitor.verdicts())
    assert [one.text for one in spoken(after)][-1] == "No, goodbye."


def test_no_secret_is_in_a_picture_however_few_of_its_words_have_come(rules: Rules) -> None:
    running = Running("c-1", rules)
    told(running, call(STARTED, "1 call.answered", "3 agent: Your card number, please?"))
    words = ["It's", "5555", "5555", "5555", "4444"]
    for size in range(1, len(words) + 1):
        (partial,) = call(f"8 customer: {' '.join(words[:size])}", name="u")
        running.perhaps(partial, NOON + 9 * SECOND)
        assert "5555" not in str(running.picture(NOON + 9 * SECOND))


def spoken(running: Running) -> list[wire.Spoken]:
    picture = running.picture(NOON + 60 * SECOND)
    assert picture is not None
    return [one for one in picture.talk if not one.partial]


def texts(lines: tuple[wire.Line, ...]) -> list[str]:
    return [line.text for line in lines]


def outcomes(running: Running) -> dict[str, str]:
    events = [one.event for one in running.reports if isinstance(one, wire.Shown)]
    return {one.data["rule"]: one.data["outcome"] for one in events if one.type == "prompt.gone"}


def due(running: Running, after: int) -> tuple[wire.Line, ...]:
    picture = running.picture(NOON + after * SECOND)
    assert picture is not None
    return picture.due


TALK = (
    STARTED,
    "0 recording.started",
    "1 call.answered",
    "3 agent: Hi, this is Dana from Northwind. How can I help you today?",
    "9 customer: I want to pay for my order, please stop calling me about it.",
    "14 agent: Of course. This call is recorded. Your card number, please?",
    "19 customer: It's 5555 5555 5555 4444.",
    "26 agent: And the security code on the back?",
    "29 customer: 417",
    "33 agent: Thank you. Is there anything else?",
    "39 customer: No, goodbye.",
    "45 call.ended",
)


@st.composite
def arrivals(draw: st.DrawFn) -> list[tuple[Event, bool]]:
    """The call as it arrives: some words first as parts of themselves or as others, some things late."""
    coming: list[tuple[float, int, Event, bool]] = []
    for event in call(*TALK):
        over = (event.at - NOON) / SECOND + 2 + draw(st.floats(0, 4))
        text = str(event.data.get("text", ""))
        words = text.split()
        if event.type == "utterance":
            for size in sorted(draw(st.sets(st.integers(1, len(words)), max_size=3))):
                said = " ".join([*words[:size], *draw(st.lists(st.sampled_from(MISHEARD), max_size=1))])
                early = over - draw(st.floats(0.1, 2))
                coming.append((early, len(coming), replace(event, data={**event.data, "text": said}), True))
        coming.append((over, len(coming), event, False))
    return [(event, perhaps) for _, _, event, perhaps in sorted(coming, key=lambda one: one[:2])]


MISHEARD = ("this call is not recorded", "4111 1111 1111 1111", "stop calling me", "yes please")


@settings(max_examples=60, deadline=None)
@given(arrivals())
def test_the_end_is_what_replay_says_of_the_words_that_stayed(
    rules: Rules, coming: list[tuple[Event, bool]]
) -> None:
    running, listener, stored = Running("c-1", rules), START, []
    for event, perhaps in coming:
        heard = event.at + 3 * SECOND
        if perhaps:
            running.perhaps(event, heard)
        else:
            running.happened(event, heard)
            stands, listener = storable(event, listener) if event.type == "utterance" else (event, listener)
            stored.append(stands)
        running.picture(heard)
    assert told_of(running.monitor.verdicts()) == told_of(replay(rules.program, stored, rules.known))


def told_of(verdicts: list[Verdict]) -> list[tuple[object, ...]]:
    return [
        (
            one.rule.id,
            one.state,
            one.tried,
            [(explain(found), found.breach.at) for found in (*one.findings, *one.questions)],
            one.ended_first,
        )
        for one in verdicts
    ]
