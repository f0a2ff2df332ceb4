"""What the engine found, in plain words: the rule, the citation, the words and the time."""

from __future__ import annotations

import re
from collections.abc import Callable

from clearline.engine.durations import moment_of
from clearline.engine.events import UNHEARD, UTTERANCE, Instant
from clearline.engine.forms.form import How, Mark
from clearline.engine.masking import mask_digits
from clearline.engine.sentences import Form, Sentence, Term, without_conditions
from clearline.engine.verdicts import Duty, Finding, Guard
from clearline.engine.words import spans

MAX_WORDS = 160  # characters of a quotation

_PACK = re.compile(r"[\w-]+/(?=\w)")  # the pack of a name in full

Clock = Callable[[Instant], str]


def clock_from(start: Instant) -> Clock:
    """Times as minutes and seconds from the start of a call: 1:04."""

    def clock(at: Instant) -> str:
        tenths = round((at - start) / 100_000)
        minutes, rest = divmod(abs(tenths), 600)
        return f"{'-' if tenths < 0 else ''}{minutes}:{rest / 10:04.1f}".removesuffix(".0")

    return clock


def dated(at: Instant) -> str:
    """Times as date and time in UTC."""
    return f"{moment_of(at):%Y-%m-%d %H:%M:%S} UTC"


def explain(finding: Finding, clock: Clock = dated) -> str:
    """One or two sentences: what was asked, what happened instead, by which words and when."""
    sentence, breach = finding.sentence, finding.breach
    lead = _lead(sentence, breach.trigger, clock)
    if breach.how is How.MISSED:
        said = f"{lead}{_said(sentence.a)} was due by {clock(breach.at)} and did not come."
    elif breach.how is How.NEVER:
        count = f" ({breach.detail} times)" if breach.detail else ""
        said = f"{lead}{_said(sentence.a)} was due and never came{count}; the end was at {clock(breach.at)}."
    elif breach.how is How.SHARE:
        said = f"{breach.detail} is more than {sentence.percent:g} % at {clock(breach.at)}."
    elif breach.how is How.OUT_OF_PLACE:
        said = (
            f"{lead}{_said(sentence.a)} had to come {_place(sentence)}, but {shown(breach.deed, clock)} did."
        )
    else:
        said = _deed(finding, lead, clock)
    key = f" (for {breach.key})" if breach.key is not None else ""
    doubt = f" To be answered by a person: {'; '.join(finding.doubts)}." if finding.doubts else ""
    return mask_digits(f"{said[0].upper()}{said[1:-1]}{key}.{doubt}")


def explain_duty(duty: Duty, clock: Clock = dated) -> str:
    """What is still to be done, and by when."""
    lead = _lead(duty.sentence, duty.trigger, clock)
    by = f" by {clock(duty.deadline)}" if duty.deadline is not None else " before the end"
    late = "was" if duty.overdue else "is"
    said = f"{lead}{_said(duty.sentence.a)} {late} due{by}."
    return mask_digits(said[0].upper() + said[1:])


def explain_guard(guard: Guard, clock: Clock = dated) -> str:
    """What would break a rule now, and what would lift it."""
    sentence = guard.sentence
    if sentence.form in (Form.BEFORE, Form.BEFORE_EACH):
        assert sentence.b is not None
        return f"{_said(sentence.b)} must wait for {_said(sentence.a)}."
    lifts = f" until {_said(sentence.until)}" if sentence.until is not None else ""
    lifts = f" until {clock(guard.until)}" if guard.until is not None else lifts
    return f"no {_said(sentence.a)} now{_scope(sentence)}{lifts}."


def shown(mark: Mark | None, clock: Clock = dated) -> str:
    """The words or the event at a mark, with speaker and time."""
    if mark is None:
        return "nothing"
    by = str(mark.event.data.get("by", "unknown")).replace("unknown", "somebody")
    if mark.event.type == UNHEARD:
        return f"what {by} may have said unheard at {clock(mark.at)}"
    if mark.event.type != UTTERANCE:
        return f"`{mark.event.type}` at {clock(mark.at)}"
    return f'{by} saying "{quoted(mark)}" at {clock(mark.at)}'


def quoted(mark: Mark) -> str:
    """The words at a mark as they stand in the utterance, sensitive digits masked; the beginning if it has no span."""
    text = str(mark.event.data.get("text", ""))
    places = spans(text) if mark.last >= 0 else []
    if places and mark.last < len(places):
        text = text[places[mark.first][0] : places[mark.last][1]]
    return mask_digits(text if len(text) <= MAX_WORDS else f"{text[:MAX_WORDS]}…")


def _deed(finding: Finding, lead: str, clock: Clock) -> str:
    sentence, breach = finding.sentence, finding.breach
    deed = shown(breach.deed, clock)
    if sentence.form in (Form.BEFORE, Form.BEFORE_EACH):
        since = " since the last one" if sentence.form is Form.BEFORE_EACH and breach.trigger else ""
        return f"{deed} came without {_said(sentence.a)} before it{since}."
    if sentence.form is Form.LIMIT:
        window = f" in {sentence.span}" if sentence.span else ""
        return f"{deed} was one too many: {breach.detail} allowed{window}."
    return f"{lead}{deed} was forbidden{_scope(sentence)}."


def _scope(sentence: Sentence) -> str:
    scope = f" while {_named(str(sentence.during))}" if sentence.during is not None else ""
    return scope + (f" unless {_named(str(sentence.unless))}" if sentence.unless is not None else "")


def _lead(sentence: Sentence, trigger: Mark | None, clock: Clock) -> str:
    if trigger is None:
        return ""
    link = "since" if sentence.form is Form.EVERY else "after"
    return f"{link} {shown(trigger, clock)}, "


def _place(sentence: Sentence) -> str:
    return {Form.FIRST: "first", Form.LAST: "last"}.get(sentence.form, "next")


def _said(term: Term) -> str:
    """The term in words: names without their pack and underscores."""
    return _named(str(without_conditions(term)))


def _named(written: str) -> str:
    return _PACK.sub("", written).replace("_", " ")
