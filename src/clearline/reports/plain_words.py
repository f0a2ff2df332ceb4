"""Sentences of rules in plain words: when they are tried, what makes them due, kept, broken; and their formal name."""

from typing import NamedTuple

from clearline.engine.sentences import (
    Form,
    Joined,
    Name,
    Sentence,
    StateFormula,
    StateName,
    Term,
    Where,
)
from clearline.rulebook.rulebook import Rulebook

SAYING = {
    "agent_says": "the agent says something",
    "customer_says": "the customer says something",
    "somebody_says": "somebody says something",
}

MEANINGS: dict[Form, tuple[tuple[str, str], ...]] = {
    Form.EXISTS: (
        ("tried", "once, from the start"),
        ("due", "from the start until {a}"),
        ("kept", "as soon as {a}"),
        ("broken", "at the end, if it has not happened"),
    ),
    Form.FIRST: (
        ("tried", "at the first of {among}"),
        ("kept", "if that is: {a}"),
        ("broken", "at that moment, if it is anything else"),
    ),
    Form.LAST: (
        ("tried", "at every one of {among}"),
        ("due", "while the latest of them is not: {a}"),
        ("kept", "at the end, if the last of them is: {a}"),
        ("broken", "at the end, if it is anything else"),
    ),
    Form.BEFORE: (
        ("tried", "whenever {b}"),
        ("due", "never; until {a}, it is not allowed that {b}"),
        ("kept", "for good once {a}"),
        ("broken", "whenever {b} and {a} has not happened before"),
    ),
    Form.BEFORE_EACH: (
        ("tried", "whenever {b}"),
        ("due", "never; each time anew, {b} has to wait until {a}"),
        ("kept", "at the end, if nobody was too early"),
        ("broken", "whenever {b} and {a} has not happened since the last time"),
    ),
    Form.AFTER: (
        ("tried", "whenever {b}"),
        ("due", "from then until {a}; one answers all that came before"),
        ("kept", "at the end, if nothing is left to be answered"),
        ("broken", "at the end, if it is still due"),
    ),
    Form.WITHIN: (
        ("tried", "whenever {b}"),
        ("due", "from then, for {span}, until {a}"),
        ("kept", "if {a} in time; exactly {span} later is in time"),
        ("broken", "at the deadline, {span} after the first that nobody answered"),
        ("ended first", "if the call ends before the deadline, and only words could do it"),
    ),
    Form.WITHIN_OF: (
        ("tried", "whenever {b}"),
        ("due", "from then, for {span}, unless {a} happened at most {span} before"),
        ("kept", "if {a} at most {span} before or after"),
        ("broken", "at the deadline, {span} after the first that nobody answered"),
        ("ended first", "if the call ends before the deadline, and only words could do it"),
    ),
    Form.BY: (
        ("tried", "whenever {b}"),
        ("due", "from then until {a}, at the latest by the `{by}` that came with it"),
        ("kept", "if {a} by then"),
        ("broken", "at that date, if it has not happened"),
    ),
    Form.NEXT: (
        ("tried", "whenever {b}"),
        ("due", "from then until the next of {among}"),
        ("kept", "if that is: {a}; or if nothing comes any more"),
        ("broken", "at that moment, if it is anything else"),
    ),
    Form.AT_LEAST: (
        ("tried", "once, from the start"),
        ("due", "from the start until it has happened {count} times that {a}"),
        ("kept", "at the {count}th time"),
        ("broken", "at the end, if it was fewer"),
    ),
    Form.EVERY: (
        ("tried", "in every {span}"),
        ("due", "from the start until {a}, then again {span} after the last time"),
        ("kept", "at the end, if it was never too long ago"),
        ("broken", "at each deadline that passes"),
    ),
    Form.FORBID: (
        ("tried", "{tried}"),
        ("kept", "at the end, if it never happened{scope} that {a}"),
        ("broken", "at the first word or moment of it: {a}{scope}"),
    ),
    Form.LIMIT: (
        ("tried", "whenever {a}"),
        ("kept", "at the end, if it was never more than {count} times{window}"),
        ("broken", "at each time that is one too many"),
    ),
    Form.SHARE: (
        ("tried", "whenever {b}"),
        ("due", "while the share is above {percent:g} %"),
        ("kept", "if, when a window closes, {a} at most {percent:g} times in 100 that {b}"),
        ("broken", "when a window closes with more"),
    ),
}

FORMAL: dict[Form, str] = {
    Form.EXISTS: "existence, F a",
    Form.FIRST: "init, (¬e) W a",
    Form.LAST: "end, F(a and ¬X F e)",
    Form.BEFORE: "precedence, ¬b W a",
    Form.BEFORE_EACH: "alternate precedence, (¬b W a) and G(b → X(¬b W a))",
    Form.AFTER: "response, G(b → F a)",
    Form.WITHIN: "bounded response (MTL), G(b → F[0,T] a)",
    Form.WITHIN_OF: "bounded response in past or future (MTL), G(b → P[0,T] a or F[0,T] a)",
    Form.BY: "response with a deadline from data, G(b → F[≤ b.date] a)",
    Form.NEXT: "chain response, G(b → X a)",
    Form.AT_LEAST: "existence N, F(a and X F(a and …))",
    Form.EVERY: "recurrence (MTL), G F[0,T] a",
    Form.FORBID: "absence, G(s → ¬a)",
    Form.LIMIT: "absence N + 1",
    Form.SHARE: "ratio over a window; no temporal formula",
}


class Meaning(NamedTuple):
    """What a sentence means, point by point, and its name in the literature."""

    points: tuple[tuple[str, str], ...]
    formal: str


class PlainWords:
    """Says sentences with the titles of signals in place of their names."""

    def __init__(self, rulebook: Rulebook) -> None:
        entries = [one for pack in rulebook.packs.values() for one in pack.signals.values()]
        self.titles = {entry.signal.name: entry.title for entry in entries if entry.title}

    def meaning(self, sentence: Sentence) -> Meaning:
        """What the sentence means."""
        scope = self._scope(sentence)
        words = {
            "a": self.term(sentence.a),
            "b": self.term(sentence.b) if sentence.b else "",
            "among": self.term(sentence.among) if sentence.among else "all that happens",
            "span": str(sentence.span or ""),
            "by": sentence.by or "",
            "count": sentence.count,
            "percent": sentence.percent,
            "scope": scope,
            "tried": f"whenever {self.term(sentence.b)}"
            if sentence.b
            else f"whenever {self.term(sentence.a)}",
            "window": f" {'in any' if sentence.rolling else 'in each'} {sentence.span}"
            if sentence.span
            else "",
        }
        points = tuple((name, said.format(**words)) for name, said in MEANINGS[sentence.form])
        if sentence.key is not None:
            points = (("for each", f"`{sentence.key}`, on its own"), *points)
        return Meaning(points, FORMAL[sentence.form])

    def term(self, term: Term) -> str:
        """A term in plain words."""
        if isinstance(term, Name):
            if term.name in SAYING:
                return SAYING[term.name]
            return f"“{self.titles[term.name]}”" if term.name in self.titles else f"`{_short(term.name)}`"
        if isinstance(term, Where):
            return f"{self.term(term.term)} (where {term.condition})"
        return f" {term.word} ".join(
            f"({self.term(part)})" if isinstance(part, Joined) else self.term(part) for part in term.parts
        )

    def state(self, formula: StateFormula) -> str:
        """States in plain words."""
        if isinstance(formula, StateName):
            key = f" for {formula.key}" if formula.key else ""
            return f"`{_short(formula.name)}`{key} is on"
        if formula.word == "not":
            return f"not {self.state(formula.parts[0])}"
        return f" {formula.word} ".join(self.state(part) for part in formula.parts)

    def _scope(self, sentence: Sentence) -> str:
        parts = [f"while {self.state(sentence.during)}"] if sentence.during else []
        parts += [f"unless {self.state(sentence.unless)}"] if sentence.unless else []
        if sentence.form is Form.FORBID and sentence.b is not None:
            until = f" until {self.term(sentence.until)}" if sentence.until else ""
            until = f" for {sentence.span}" if sentence.span else until
            parts.append(f"after {self.term(sentence.b)}{until}")
        return f" {', '.join(parts)}" if parts else ""


def _short(name: str) -> str:
    """A name as its own pack writes it."""
    return name.rpartition("/")[2]
