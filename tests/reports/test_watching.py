from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.events import SECOND
from clearline.engine.monitor import replay
from clearline.reports.watching import End, Stretch, watch
from clearline.rulebook.examples import trying
from clearline.rulebook.lines import MONDAY, read_events
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

RULEBOOK = load()
OPT_OUT = trying(RULEBOOK, [rule for rule in RULEBOOK.select(["opt-out"]) if rule.on == "call"])
Drawn = list[tuple[bool, float, float, End]]


def drawn(rulebook: Rulebook, rule: str, lines: list[str], **call: object) -> Drawn:
    program = trying(rulebook, [rulebook.rules[rule]])
    watched = watch(program, read_events(lines), {**rulebook.known, "call": call}, drawn=True)
    return [(one.due, seconds(one)[0], seconds(one)[1], one.end) for one in watched.stretches]


def seconds(one: Stretch) -> tuple[float, float]:
    return (one.since - MONDAY) / SECOND, (one.until - MONDAY) / SECOND


def test_a_duty_is_drawn_from_its_trigger_until_it_is_done(rulebook: Rulebook) -> None:
    lines = ["30 customer: Stop calling me.", "150 dnc.added", "160 call.ended"]
    assert drawn(rulebook, "opt-out-recorded-at-once", lines) == [(True, 30, 150, End.DONE)]


def test_a_missed_duty_is_drawn_until_its_deadline(rulebook: Rulebook) -> None:
    lines = ["0 call.held", "100 agent: I see.", "120 call.ended"]
    assert drawn(rulebook, "hold-announced", lines) == [(True, 0, 30, End.MISSED)]


def test_a_duty_that_runs_on_is_still_due_at_the_end(rulebook: Rulebook) -> None:
    lines = ["30 customer: Stop calling me.", "40 call.ended"]
    assert drawn(rulebook, "opt-out-recorded-at-once", lines) == [(True, 30, 40, End.STILL)]


def test_words_that_the_end_cut_off_ended_first(rulebook: Rulebook) -> None:
    lines = ["0 call.held", "10 call.ended"]
    assert drawn(rulebook, "hold-announced", lines) == [(True, 0, 10, End.ENDED_FIRST)]


def test_what_is_not_allowed_is_drawn_while_its_state_lasts(rulebook: Rulebook) -> None:
    lines = [
        "0 recording.started",
        "10 agent: Hello.",
        "30 recording.paused",
        "33 agent: Hm.",
        "90 call.ended",
    ]
    rule = rulebook.rules["no-card-number-while-recording"]
    program = trying(rulebook, [rule, rulebook.rules["yes-before-deed"]])
    watched = watch(program, read_events(lines), rulebook.known, drawn=True)
    found = [(one.due, *seconds(one), one.end) for one in watched.stretches if one.rule.id == rule.id]
    assert found == [(False, 0, 30, End.LIFTED)]


@given(
    st.lists(
        st.sampled_from(
            ["agent: Hello.", "customer: Stop calling me.", "agent: Only 20 percent off!", "dnc.added"]
        )
    )
)
def test_watching_says_what_a_replay_says(lines: list[str]) -> None:
    events = read_events([f"{n} {line}" for n, line in enumerate([*lines, "call.ended"])])
    assert watch(OPT_OUT, events, {}, drawn=True).verdicts == replay(OPT_OUT, events)
