"""Reads a rule's sentence: `require A before B`, `forbid A while S`, `limit A to N per T`.

sentence  = "require" term [shape] [each] | "forbid" term {scope} [each] | "limit" term "to" measure [each]
shape     = "before" ["each"] term | "after" term | "within" T ("after" | "of") term
          | "by" data.FIELD "after" term | "every" T | ("first" | "last") ["among" term]
          | "next" "after" term ["among" term] | "at" "least" N "times"
scope     = "while" states | "unless" states | "after" term ["until" term | "for" T]
measure   = N [window] | N "%" "of" term [window]
window    = "per" T | "in" "each" T
each      = "for" "each" CEL
term      = part {"and" part} | part {"or" part} | part {"then" part}
part      = (NAME | "(" term ")") ["where" CEL]
states    = state {"and" state} | state {"or" state};  state = ["not"] (NAME ["[" CEL "]"] | "(" states ")")
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from clearline.engine.durations import Span, parse_span
from clearline.engine.errors import SentenceError
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

TOKEN = re.compile(
    r"""(?P<span>\d+(?:\.\d+)?(?:bd|mo|s|m|h|d|y)\b)|(?P<number>\d+(?:\.\d+)?)
      |(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<sign>\S)""",
    re.VERBOSE,
)
JOINING = ("and", "or", "then")
KEYWORDS = frozenset(
    [
        "require",
        "forbid",
        "limit",
        "before",
        "after",
        "within",
        "by",
        "every",
        "first",
        "last",
        "next",
        "at",
        "least",
        "times",
        "among",
        "while",
        "unless",
        "until",
        "for",
        "per",
        "in",
        "each",
        "to",
        "of",
        "where",
        "and",
        "or",
        "then",
        "not",
    ]
)
ENDS_CONDITION = KEYWORDS - {
    "in",
    "where",
    "not",
    "require",
    "forbid",
    "limit",
    "of",
    "least",
    "times",
    "each",
}
MAX_LENGTH = 2_000  # characters of a sentence
MAX_DEPTH = 16  # brackets within brackets
MAX_DIGITS = 9

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


def parse_sentence(text: str) -> Sentence:
    """The sentence that the text says; a SentenceError with its column where it says none."""
    parser = Parser(text)
    sentence = parser.sentence()
    parser.finish()
    return sentence


def parse_term(text: str) -> Term:
    """A term on its own, as the ends of a state are written."""
    parser = Parser(text)
    term = parser.term()
    parser.finish()
    return term


class Parser:
    """Reads tokens from left to right; each method reads one line of the grammar above."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise SentenceError(
                f"the sentence has {len(text)} characters; {MAX_LENGTH} are allowed: split it"
            )
        self.text = text
        self.tokens = [Token(str(m.lastgroup), m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)]
        self.index = 0
        self.depth = 0

    def sentence(self) -> Sentence:
        verb = self.word("require", "forbid", "limit")
        read = {"require": self.require, "forbid": self.forbid, "limit": self.limit}[verb]
        sentence = read(self.term())
        if self.skip("for", "each"):
            sentence = replace(sentence, key=self.condition())
        return sentence

    def require(self, a: Term) -> Sentence:
        if self.skip("before"):
            form = Form.BEFORE_EACH if self.skip("each") else Form.BEFORE
            return Sentence(form, a, b=self.term())
        if self.skip("after"):
            return Sentence(Form.AFTER, a, b=self.term())
        if self.skip("within"):
            span = self.span()
            form = Form.WITHIN if self.word("after", "of") == "after" else Form.WITHIN_OF
            return Sentence(form, a, b=self.term(), span=span)
        if self.skip("by"):
            field = self.field()
            self.word("after")
            return Sentence(Form.BY, a, b=self.term(), by=field)
        if self.skip("every"):
            return Sentence(Form.EVERY, a, span=self.lasting())
        if self.skip("next"):
            self.word("after")
            return Sentence(Form.NEXT, a, b=self.term(), among=self.among())
        if self.skip("at"):
            self.word("least")
            count = int(self.number(whole=True))
            self.word("times", "time")
            if not count:
                raise self.wrong("`at least 0 times` asks for nothing", back=2)
            return Sentence(Form.AT_LEAST, a, count=count)
        for word, form in (("first", Form.FIRST), ("last", Form.LAST)):
            if self.skip(word):
                return Sentence(form, a, among=self.among())
        return Sentence(Form.EXISTS, a)

    def forbid(self, a: Term) -> Sentence:
        sentence = Sentence(Form.FORBID, a)
        while True:
            if sentence.during is None and self.skip("while"):
                sentence = replace(sentence, during=self.states())
            elif sentence.unless is None and self.skip("unless"):
                sentence = replace(sentence, unless=self.states())
            elif sentence.b is None and self.skip("after"):
                sentence = replace(sentence, b=self.term())
                if self.skip("until"):
                    sentence = replace(sentence, until=self.term())
                elif not self.at("for", "each") and self.skip("for"):
                    sentence = replace(sentence, span=self.span())
            else:
                return sentence

    def limit(self, a: Term) -> Sentence:
        self.word("to")
        number = self.number()
        if self.skip("%"):
            if number > 100:
                raise self.wrong("a share is 0 to 100 %", back=2)
            self.word("of")
            sentence = Sentence(Form.SHARE, a, b=self.term(), percent=number)
        elif number != int(number):
            raise self.wrong("a limit is a whole number, or a share: `limit A to 3% of B`", back=1)
        else:
            sentence = Sentence(Form.LIMIT, a, count=int(number))
        if self.skip("per"):
            return replace(sentence, span=self.lasting(), rolling=True)
        if self.skip("in"):
            self.word("each")
            return replace(sentence, span=self.lasting())
        return sentence

    def among(self) -> Term | None:
        return self.term() if self.skip("among") else None

    def term(self) -> Term:
        return self.joined(self.part, JOINING, Joined)

    def part(self) -> Term:
        token = self.peek()
        term: Term
        if self.skip("("):
            term = self.inside(self.term)
        else:
            term = Name(self.name("a signal or an event type"), token.start + 1)
        if self.skip("where"):
            column = self.peek().start + 1
            return Where(term, self.condition(), column)
        return term

    def states(self) -> StateFormula:
        return self.joined(self.state, ("and", "or"), StateJoined)

    def state(self) -> StateFormula:
        return StateJoined("not", (self.named_state(),)) if self.skip("not") else self.named_state()

    def named_state(self) -> StateFormula:
        if self.skip("("):
            return self.inside(self.states)
        column = self.peek().start + 1
        name = self.name("a state")
        if not self.skip("["):
            return StateName(name, None, column)
        key = self.condition()
        self.word("]")
        return StateName(name, key, column)

    def joined(
        self, one: Callable[[], Part], words: tuple[str, ...], join: Callable[[str, tuple[Part, ...]], Part]
    ) -> Part:
        parts = [one()]
        if self.peek().text not in words:
            return parts[0]
        word = self.peek().text
        while self.skip(word):
            parts.append(one())
        if self.peek().text in words:
            raise self.wrong(
                f"`{word}` and `{self.peek().text}` are mixed: put brackets where they belong together"
            )
        return join(word, tuple(parts))

    def inside(self, one: Callable[[], Part]) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.wrong(f"brackets are nested more than {MAX_DEPTH} deep: split the rule")
        part = one()
        self.word(")")
        self.depth -= 1
        return part

    def condition(self) -> str:
        """The condition language up to the next word of ours; brackets and strings hold such words in."""
        first, depth = self.peek(), 0
        while (token := self.peek()).kind != "end":
            depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
            if depth < 0 or (depth == 0 and token.kind == "name" and self.ends_condition(token)):
                break
            self.index += 1
        condition = (
            self.text[first.start : self.tokens[self.index - 1].end] if self.peek() is not first else ""
        )
        if not condition:
            raise self.wrong("a condition is missing here")
        return condition

    def ends_condition(self, token: Token) -> bool:
        if self.text[: token.start].rstrip().endswith("."):
            return False
        return token.text in ENDS_CONDITION or self.at("in", "each")

    def field(self) -> str:
        name = self.name("a date of the trigger, as in `by data.ship_by`")
        head, _, rest = name.partition(".")
        if head != "data" or not rest:
            raise self.wrong(
                "the date is read from the trigger: write `by data.` and the name of the field", back=1
            )
        return rest

    def span(self) -> Span:
        token = self.peek()
        if token.kind != "span":
            raise self.wrong(
                f"expected a span of time (30s, 5m, 24h, 31d, 10bd, 18mo, 1y), found {self.found()}"
            )
        self.index += 1
        try:
            return parse_span(token.text)
        except SentenceError as error:
            raise self.wrong(error.message, back=1) from None

    def lasting(self) -> Span:
        span = self.span()
        if not span.amount:
            raise self.wrong("a window or a cycle lasts some time", back=1)
        return span

    def number(self, *, whole: bool = False) -> float:
        token = self.peek()
        if token.kind != "number" or (whole and "." in token.text):
            raise self.wrong(f"expected a {'whole ' if whole else ''}number, found {self.found()}")
        if len(token.text) > MAX_DIGITS:
            raise self.wrong(f"a number has at most {MAX_DIGITS} digits")
        self.index += 1
        return float(token.text)

    def name(self, what: str) -> str:
        token = self.peek()
        if token.kind != "name" or token.text in KEYWORDS:
            raise self.wrong(f"expected {what}, found {self.found()}")
        self.index += 1
        return token.text

    def word(self, *words: str) -> str:
        token = self.peek()
        if token.text not in words:
            raise self.wrong(f"expected {' or '.join(f'`{word}`' for word in words)}, found {self.found()}")
        self.index += 1
        return token.text

    def skip(self, *words: str) -> bool:
        if not self.at(*words):
            return False
        self.index += len(words)
        return True

    def at(self, *words: str) -> bool:
        return [token.text for token in self.tokens[self.index : self.index + len(words)]] == list(words)

    def peek(self) -> Token:
        return self.tokens[self.index] if self.index < len(self.tokens) else END(self.text)

    def found(self) -> str:
        return "the end" if self.peek().kind == "end" else f"`{self.peek().text}`"

    def finish(self) -> None:
        if self.peek().kind != "end":
            raise self.wrong(f"expected the end of the sentence, found {self.found()}")

    def wrong(self, message: str, *, back: int = 0) -> SentenceError:
        token = self.tokens[self.index - back] if back else self.peek()
        return SentenceError(message, token.start + 1)


def END(text: str) -> Token:  # noqa: N802 - reads as the constant that it nearly is
    return Token("end", "", len(text), len(text))
