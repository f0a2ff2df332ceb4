"""Random sentences and random traces, small enough to coincide often."""

from __future__ import annotations

from hypothesis import strategies as st

from clearline.engine.durations import parse_span
from clearline.engine.events import SECOND, Event
from clearline.engine.rules import Kind, Rule, StateDefinition
from clearline.engine.sentences import (
    Form,
    Joined,
    Name,
    Sentence,
    StateFormula,
    StateJoined,
    StateName,
    Term,
    Where,
)

CASE = Kind("case", "case.ended")
ENDLESS = Kind("case")
NAMES = ("x.a", "x.b", "x.c")
SPAN = st.integers(0, 8).map(lambda n: parse_span(f"{n}s"))
LONGER = st.integers(1, 8).map(lambda n: parse_span(f"{n}s"))

STATES = {
    "working": StateDefinition(
        "working", Where(Name("x.on"), "data.sure"), Where(Name("x.off"), "data.sure")
    ),
    "lasting": StateDefinition("lasting", Where(Name("x.on"), "data.sure"), None, parse_span("5s")),
    "unheard": StateDefinition(
        "unheard", Where(Name("x.on"), "data.sure"), Where(Name("x.off"), "data.sure"), before="unknown"
    ),
}


def simple(names: tuple[str, ...] = NAMES) -> st.SearchStrategy[Term]:
    plain = st.sampled_from(names).map(Name)
    return st.one_of(plain, plain, plain.map(lambda name: Where(name, "data.ok")))


def term(
    names: tuple[str, ...] = NAMES, words: tuple[str, ...] = ("and", "or", "then")
) -> st.SearchStrategy[Term]:
    joined = st.builds(
        Joined, st.sampled_from(words), st.lists(simple(names), min_size=2, max_size=3).map(tuple)
    )
    return st.one_of(simple(names), simple(names), joined)


def formula() -> st.SearchStrategy[StateFormula]:
    plain = st.sampled_from(sorted(STATES)).map(StateName)
    negated = plain.map(lambda name: StateJoined("not", (name,)))
    return st.one_of(
        plain, negated, st.builds(StateJoined, st.sampled_from(["and", "or"]), st.tuples(plain, negated))
    )


@st.composite
def sentences(draw: st.DrawFn, form: Form) -> Sentence:
    """A sentence of the form, each of its parts random."""
    a = draw(
        term(words=("and", "or") if form in (Form.FIRST, Form.LAST, Form.NEXT) else ("and", "or", "then"))
    )
    if form is Form.AT_LEAST:
        return Sentence(form, a, count=draw(st.integers(1, 3)))
    if form is Form.EXISTS:
        return Sentence(form, a)
    if form is Form.EVERY:
        return Sentence(form, a, span=draw(st.integers(1, 2).map(lambda n: parse_span(f"{n}m"))))
    if form in (Form.FIRST, Form.LAST):
        return Sentence(form, a, among=draw(st.one_of(st.none(), term(words=("or",)))))
    if form is Form.LIMIT:
        span = draw(st.one_of(st.none(), LONGER))
        rolling = span is not None and draw(st.booleans())
        return Sentence(form, a, count=draw(st.integers(0, 3)), span=span, rolling=rolling)
    if form is Form.FORBID:
        return draw(forbidding(a))
    b = draw(term())
    if form is Form.SHARE:
        span = draw(st.one_of(st.none(), LONGER))
        rolling = span is not None and draw(st.booleans())
        percent = float(draw(st.sampled_from([0, 25, 50, 100])))
        return Sentence(form, a, b=b, percent=percent, span=span, rolling=rolling)
    if form is Form.NEXT:
        return Sentence(form, a, b=b, among=draw(st.one_of(st.none(), term(words=("or",)))))
    span = draw(SPAN) if form in (Form.WITHIN, Form.WITHIN_OF) else None
    return Sentence(form, a, b=b, span=span)


@st.composite
def forbidding(draw: st.DrawFn, a: Term) -> Sentence:
    during, unless = draw(st.one_of(st.none(), formula())), draw(st.one_of(st.none(), formula()))
    if not draw(st.booleans()):
        return Sentence(Form.FORBID, a, during=during, unless=unless)
    close = draw(st.sampled_from(["until", "for", "never"]))
    return Sentence(
        Form.FORBID,
        a,
        b=draw(term()),
        until=draw(term()) if close == "until" else None,
        span=draw(SPAN) if close == "for" else None,
        during=during,
        unless=unless,
    )


@st.composite
def traces(draw: st.DrawFn, *, ends: bool = True, scale: int = 1) -> list[Event]:
    """Up to a dozen events in order, several at one time; the last may end the timeline."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 2), st.integers(0, 99)), min_size=1, max_size=12
        )
    )
    events = []
    for number, (at, seq, seed) in enumerate(rows):
        kind = (*NAMES, *NAMES, "x.on", "x.off", "x.else")[seed % 9]
        data: dict[str, object] = {
            **({"ok": bool(seed % 4)} if seed % 5 else {}),
            **({"sure": True} if seed % 3 else {}),
        }
        data |= {"k": seed % 2} if seed % 7 else {}
        events.append(Event(f"e{number:02}", kind, at * scale * SECOND, data, seq=seq))
    events.sort(key=lambda event: event.order)
    if ends and draw(st.booleans()):
        last = events[-1]
        events.append(Event("z", "case.ended", last.at + draw(st.integers(0, 5)) * SECOND, seq=9))
    return events


def rule_of(*sentences_: Sentence) -> Rule:
    return Rule("random", "case", sentences_)
