"""Each untimed form against the published formula of its Declare template, on every trace up to length 6.

Templates and formulas: M. Pesic, W. van der Aalst, "A Declarative Approach for Flexible Business Processes Management"
(2006); C. Di Ciccio, M. Montali, "Declarative Process Specifications: Reasoning, Discovery, Monitoring" (2022), table 1.
Semantics: G. De Giacomo, M. Vardi, "Linear Temporal Logic and Linear Dynamic Logic on Finite Traces" (IJCAI 2013);
traces are not empty. The evaluator below is written from that paper and knows nothing of the engine.
"""

from functools import cache
from itertools import product
from typing import NamedTuple, TypeAlias

import pytest

from clearline.engine.events import SECOND, Event
from clearline.engine.grammar import parse_sentence
from clearline.engine.monitor import replay
from clearline.engine.program import Program, compile_rules
from clearline.engine.rules import Rule, Signal, StateDefinition
from clearline.engine.sentences import Name

Formula: TypeAlias = "str | tuple[str, *tuple[Formula, ...]]"

TRACES = ["".join(trace) for length in range(1, 7) for trace in product("abc", repeat=length)]


def holds(formula: Formula, trace: str, at: int = 0) -> bool:
    """LTLf: N is the strong next (there is one, and it holds), X the weak one (if there is one, it holds)."""
    if isinstance(formula, str):
        return trace[at] == formula
    word, *parts = formula
    later = range(at, len(trace))
    match word:
        case "not":
            return not holds(parts[0], trace, at)
        case "and":
            return all(holds(part, trace, at) for part in parts)
        case "or":
            return any(holds(part, trace, at) for part in parts)
        case "implies":
            return not holds(parts[0], trace, at) or holds(parts[1], trace, at)
        case "N":
            return at + 1 < len(trace) and holds(parts[0], trace, at + 1)
        case "X":
            return at + 1 == len(trace) or holds(parts[0], trace, at + 1)
        case "F":
            return any(holds(parts[0], trace, i) for i in later)
        case "G":
            return all(holds(parts[0], trace, i) for i in later)
        case "U":
            return any(
                holds(parts[1], trace, i) and all(holds(parts[0], trace, j) for j in range(at, i))
                for i in later
            )
        case "W":
            return holds(("or", ("U", parts[0], parts[1]), ("G", parts[0])), trace, at)
    raise ValueError(word)


class Template(NamedTuple):
    """A template's name and formula, and the rule that says the same."""

    name: str
    formula: Formula
    sentences: tuple[str, ...]
    when: str | None = None


NO_B: Formula = ("not", "b")
TWICE: Formula = ("F", ("and", "a", ("N", ("F", "a"))))
THRICE: Formula = ("F", ("and", "a", ("N", TWICE)))
RESPONSE: Formula = ("G", ("implies", "a", ("F", "b")))
PRECEDENCE: Formula = ("W", NO_B, "a")
BETWEEN: Formula = ("G", ("implies", "b", ("X", ("W", ("not", "a"), "c"))))
BOTH: Formula = ("and", ("F", "a"), ("F", "b"))

TEMPLATES = [
    Template("existence", ("F", "a"), ("require x.a",)),
    Template("existence 2", TWICE, ("require x.a at least 2 times",)),
    Template("existence 3", THRICE, ("require x.a at least 3 times",)),
    Template("absence", ("not", ("F", "a")), ("forbid x.a",)),
    Template("absence 2", ("not", TWICE), ("limit x.a to 1",)),
    Template("absence 3", ("not", THRICE), ("limit x.a to 2",)),
    Template(
        "exactly 2", ("and", TWICE, ("not", THRICE)), ("require x.a at least 2 times", "limit x.a to 2")
    ),
    Template("init", "a", ("require x.a first",)),
    Template("end", ("F", ("and", "a", ("not", ("N", ("or", "a", "b", "c"))))), ("require x.a last",)),
    Template("choice", ("or", ("F", "a"), ("F", "b")), ("require x.a or x.b",)),
    Template(
        "exclusive choice",
        ("and", ("or", ("F", "a"), ("F", "b")), ("not", BOTH)),
        ("require x.a or x.b", "forbid x.a after x.b", "forbid x.b after x.a"),
    ),
    Template("responded existence", ("implies", ("F", "a"), ("F", "b")), ("require x.b",), "has(facts.a)"),
    Template("response", RESPONSE, ("require x.b after x.a",)),
    Template("precedence", PRECEDENCE, ("require x.a before x.b",)),
    Template(
        "succession", ("and", RESPONSE, PRECEDENCE), ("require x.b after x.a", "require x.a before x.b")
    ),
    Template(
        "alternate response",
        ("G", ("implies", "a", ("N", ("U", ("not", "a"), "b")))),
        ("require x.b after x.a", "forbid x.a after x.a until x.b"),
    ),
    Template(
        "alternate precedence",
        ("and", PRECEDENCE, ("G", ("implies", "b", ("X", PRECEDENCE)))),
        ("require x.a before each x.b",),
    ),
    Template("not co-existence", ("not", BOTH), ("forbid x.a after x.b", "forbid x.b after x.a")),
    Template("not succession", ("G", ("implies", "a", ("not", ("F", "b")))), ("forbid x.b after x.a",)),
    Template("absence between", BETWEEN, ("forbid x.a after x.b until x.c",)),
    Template("absence in a state", BETWEEN, ("forbid x.a while open",)),
    Template("absence outside a state", ("W", ("not", "a"), "b"), ("forbid x.a unless ever",)),
    # conjunction and sequence as one deed: existence of both, and of one after the other
    Template("co-existence of need", BOTH, ("require x.a and x.b",)),
    Template("sequence", ("F", ("and", "a", ("N", ("F", "b")))), ("require x.a then x.b",)),
    # Ours: a timeline that ends right after an `a` had no next event, so that nothing was out of place.
    Template("chain response, weak", ("G", ("implies", "a", ("X", "b"))), ("require x.b next after x.a",)),
    # Ours: `after` is strict, so that an `a` is not its own answer; the published G(a -> F a) would be no rule at all.
    Template("response to itself", ("G", ("implies", "a", ("N", ("F", "a")))), ("require x.a after x.a",)),
    Template("precedence of itself", ("not", ("F", "a")), ("require x.a before x.a",)),
]


@cache
def program() -> Program:
    """All templates as rules of one program."""
    rules = [
        Rule(one.name, "call", tuple(map(parse_sentence, one.sentences)), when=one.when) for one in TEMPLATES
    ]
    taught = {"seen": Signal("seen", events=("x.a",), sets={"a": "true"})}
    states = {
        "open": StateDefinition("open", Name("x.b"), Name("x.c")),
        "ever": StateDefinition("ever", Name("x.b")),
    }
    return compile_rules(rules, taught, states, kind="call")


@cache
def broken(trace: str) -> frozenset[str]:
    """The names of the rules that the engine finds broken at the end of a trace."""
    events = [Event(str(i), f"x.{deed}", i * SECOND, seq=i) for i, deed in enumerate(trace)]
    events.append(Event("end", "call.ended", len(trace) * SECOND))
    return frozenset(verdict.rule.id for verdict in replay(program(), events) if verdict.findings)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_rule_is_broken_exactly_where_its_formula_does_not_hold(template: Template) -> None:
    wrong = [one for one in TRACES if (template.name in broken(one)) is holds(template.formula, one)]
    assert wrong == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_formula_tells_traces_apart(template: Template) -> None:
    assert {holds(template.formula, one) for one in TRACES} == {True, False}


def test_next_differs_from_the_published_chain_response_only_where_the_trace_ends_too_early() -> None:
    published: Formula = ("G", ("implies", "a", ("N", "b")))
    for trace in TRACES:
        ours = "chain response, weak" not in broken(trace)
        assert ours is (holds(published, trace) or (trace[-1] == "a" and holds(published, trace[:-1] + "ab")))
