"""Columns say of many timelines what a replay says of each."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.random_rules import CASE, STATES, rule_of, sentences

from clearline.engine.columns import judge, timelines
from clearline.engine.events import SECOND, Event
from clearline.engine.grammar import parse_sentence
from clearline.engine.monitor import replay
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Rule
from clearline.engine.sentences import Form, Joined, Sentence, Term, Where
from clearline.engine.tables import UNTIMED, tabulate

often = settings(max_examples=2_000 if os.environ.get("CLEARLINE_ORDEAL") else 100, deadline=None)
TYPES = ("x.a", "x.b", "x.c", "x.else")


def program_of(*some: Sentence) -> Program:
    return compile_rules([rule_of(*some)], {}, STATES, kind="case", kinds=[CASE])


@st.composite
def logs(draw: st.DrawFn) -> list[list[Event]]:
    return [
        [
            Event(f"e{n:02}", kind, n * SECOND, {"ok": n % 3 > 0})
            for n, kind in enumerate(
                [*kinds, *["case.ended"] * ends, *draw(st.lists(st.sampled_from(TYPES), max_size=1))]
            )
        ]
        for kinds, ends in draw(
            st.lists(st.tuples(st.lists(st.sampled_from(TYPES), max_size=12), st.integers(0, 1)), max_size=6)
        )
    ]


def check(program: Program, log: list[list[Event]]) -> None:
    column = judge(program, timelines(log))["random"]
    for place, events in enumerate(log):
        verdict = replay(program, events)[0]
        first = verdict.findings[0].breach.at if verdict.findings else None
        broken_at = int(column.broken_at[place])
        assert first == (None if broken_at < 0 else broken_at * SECOND)
        assert column.tried[place] == (verdict.tried > 0)
        assert column.unsure[place] == bool(verdict.questions)


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.BY])
@often
@given(data=st.data())
def test_columns_equal_the_replay(form: Form, data: st.DataObject) -> None:
    check(program_of(data.draw(sentences(form))), data.draw(logs()))


def unconditional(term: Term) -> Term:
    if isinstance(term, Where):
        return unconditional(term.term)
    return Joined(term.word, tuple(map(unconditional, term.parts))) if isinstance(term, Joined) else term


@pytest.mark.parametrize("form", sorted(UNTIMED))
@often
@given(data=st.data())
def test_every_untimed_sentence_is_a_table_that_equals_the_replay(form: Form, data: st.DataObject) -> None:
    drawn = data.draw(sentences(form))
    plain = Sentence(
        form,
        unconditional(drawn.a),
        b=drawn.b and unconditional(drawn.b),
        until=drawn.until and unconditional(drawn.until),
        among=drawn.among and unconditional(drawn.among),
        count=drawn.count,
    )
    program = program_of(plain)
    assert tabulate(program, 0, TYPES) is not None
    check(program, data.draw(logs()))


def test_a_rule_of_two_sentences_is_broken_by_the_first_of_them() -> None:
    program = program_of(parse_sentence("forbid x.a"), parse_sentence("require x.b before x.c"))
    log = [[Event(str(n), kind, n * SECOND) for n, kind in enumerate(kinds)] for kinds in ("ca", "ac", "b")]
    types = [[replace_type(event) for event in events] for events in log]
    column = judge(program, timelines(types))["random"]
    assert column.broken_at.tolist() == [0, 0, -1]


def replace_type(event: Event) -> Event:
    return Event(event.id, f"x.{event.type}", event.at)


@pytest.mark.parametrize(
    "sentence",
    [
        "limit x.a to 9999",
        "limit x.a to 1 per 3s",
        "require x.a within 3s after x.b",
        "forbid x.a where data.ok",
        "forbid x.a while working",
        "limit x.a to 1 for each data.k",
        "limit x.a to 50% of x.b",
    ],
)
def test_what_types_do_not_decide_is_no_table(sentence: str) -> None:
    assert tabulate(program_of(parse_sentence(sentence)), 0, TYPES) is None


def test_a_rule_with_a_condition_is_no_table() -> None:
    rule = Rule("random", "case", (parse_sentence("forbid x.a"),), when="case.big")
    assert tabulate(compile_rules([rule], {}, kind="case", kinds=[CASE]), 0, TYPES) is None


def test_the_limit_has_a_state_for_each_occurrence() -> None:
    table = tabulate(program_of(parse_sentence("limit x.a to 3")), 0, ("x.a",))
    assert table is not None
    assert table.after == [[1], [2], [3], [4], [4]]
    assert table.tried == [False, True, True, True, True]


def test_no_timelines_make_empty_columns() -> None:
    assert judge(program_of(parse_sentence("forbid x.a")), timelines([]))["random"].tried.shape == (0,)
