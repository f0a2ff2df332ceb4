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
from clearline.live.running import Rules, Running

STARTED = '0 call.started recorded=true places=["US-CA"]'


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
