"""Plain conditions in Python: the part of CEL that most conditions are written in, and many times as quick.

CEL stays the judge. A source with anything else in it is not translated, and a translation that meets values
it isn't sure of raises Beyond, so that CEL is asked. Only what a condition reads is looked at: CEL refuses the
whole event where it can't hold a value, an integer beyond 64 bits for example, in whatever place of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

Says: TypeAlias = Callable[[Mapping[str, Any]], Any]
Reason: TypeAlias = Callable[
    [str], str
]  # why a condition can't be told where a field of that name is missing

MOST_WALKED = 64  # items of a list; CEL has bounds of its own
TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>\d+)(?![.\w])|(?P<text>'[^'\\\n]*'|\"[^\"\\\n]*\")"
    r"|(?P<sign>&&|\|\||[=!]=|[][().,?:!]))"
)
WORDS = {"true": True, "false": False, "null": None}


class Beyond(Exception):  # noqa: N818
    """Only CEL can tell."""


class Missing(str):
    """The error of a field that isn't there: the reason why nothing can be told."""

    __slots__ = ()


def translate(source: str, names: tuple[str, ...], reason: Reason) -> Says | None:
    """What a condition says of what is known: a value, Missing or Beyond; None where it isn't plain."""
    tokens: list[tuple[str, str]] = []
    place, end = 0, len(source.rstrip())
    while place < end:
        found = TOKEN.match(source, place)
        if found is None:
            return None
        assert found.lastgroup is not None
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    try:
        return _Translation(tokens, set(names), reason).whole()
    except Beyond:
        return None


class _Translation:
    """Recursive descent over CEL's grammar; what it doesn't know is Beyond."""

    def __init__(self, tokens: list[tuple[str, str]], names: set[str], reason: Reason) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.names = names
        self.reason = reason
        self.place = 0

    def whole(self) -> Says:
        says = self.choice()
        self.need("")
        return lambda known: _scalar(says(known))

    def next(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def skip(self, *wanted: str) -> str | None:
        """The next token, taken if it is one of these; a text in quotes is none."""
        kind, token = self.tokens[self.place]
        if kind == "text" or token not in wanted:
            return None
        self.place += 1
        return token

    def need(self, wanted: str) -> None:
        if self.skip(wanted) is None:
            raise Beyond

    def choice(self) -> Says:
        asked = self.either()
        if not self.skip("?"):
            return asked
        then = self.either()
        self.need(":")
        return _chosen(asked, then, self.choice())

    def either(self) -> Says:
        parts = [self.both()]
        while self.skip("||"):
            parts.append(self.both())
        return _decided(parts, by=True) if parts[1:] else parts[0]

    def both(self) -> Says:
        parts = [self.relation()]
        while self.skip("&&"):
            parts.append(self.relation())
        return _decided(parts, by=False) if parts[1:] else parts[0]

    def relation(self) -> Says:
        left = self.negation()
        while sign := self.skip("==", "!=", "in"):
            right = self.negation()
            left = _contained(left, right) if sign == "in" else _compared(left, right, equal=sign == "==")
        return left

    def negation(self) -> Says:
        return _negated(self.negation()) if self.skip("!") else self.member()

    def member(self) -> Says:
        says = self.primary()
        while sign := self.skip(".", "["):
            if sign == "[":
                says = _indexed(says, self.choice())
                self.need("]")
                continue
            kind, name = self.next()
            if kind != "name":
                raise Beyond
            says = (
                self.method(says, name) if self.skip("(") else _field(says, name, Missing(self.reason(name)))
            )
        return says

    def method(self, says: Says, name: str) -> Says:
        kind, given = self.next()
        if name in _OF_TEXT and kind == "text":
            self.need(")")
            return _OF_TEXT[name](says, given[1:-1])
        if name not in ("all", "exists") or kind != "name" or given in self.names:
            raise Beyond
        self.need(",")
        self.names.add(given)
        body = self.choice()
        self.names.remove(given)
        self.need(")")
        return _walked(says, given, body, by=name == "exists")

    def primary(self) -> Says:
        kind, word = self.next()
        if kind in {"number", "text"} or word in WORDS:
            return _constant(_literal(kind, word))
        match word:
            case "(":
                says = self.choice()
                self.need(")")
                return says
            case "[":
                return _constant(self.literals())
            case "has" if self.skip("("):
                return self.presence()
        if word not in self.names:
            raise Beyond
        return lambda known: known[word]

    def literals(self) -> list[Any]:
        found: list[Any] = []
        while not self.skip("]"):
            if found:
                self.need(",")
            kind, word = self.next()
            if kind not in {"number", "text"} and word not in WORDS:
                raise Beyond
            found.append(_literal(kind, word))
        return found

    def presence(self) -> Says:
        """has(PATH.FIELD)"""
        says = self.primary()
        self.need(".")
        while True:
            kind, name = self.next()
            if kind != "name":
                raise Beyond
            if self.skip(")"):
                return _present(says, name)
            self.need(".")
            says = _field(says, name, Missing(self.reason(name)))


def _literal(kind: str, word: str) -> Any:
    if kind == "number":
        return _scalar(int(word))
    return word[1:-1] if kind == "text" else WORDS[word]


def _constant(value: Any) -> Says:
    return lambda _: value


def _scalar(value: Any) -> Any:
    """The value if CEL and Python hold it alike."""
    kind = type(value)
    if kind is str:
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Beyond
    elif kind is int:
        if value.bit_length() > 63:
            raise Beyond
    elif not (kind is bool or kind is Missing or value is None):
        raise Beyond
    return value


def _same(one: Any, other: Any) -> bool:
    """CEL's equality: true is no 1, and values of different types are different."""
    return type(_scalar(one)) is type(_scalar(other)) and bool(one == other)


def _field(says: Says, name: str, missing: Missing) -> Says:
    def field(known: Mapping[str, Any]) -> Any:
        whole = says(known)
        if type(whole) is dict:
            return whole.get(name, missing)
        if type(whole) is Missing:
            return whole
        raise Beyond

    return field


def _present(says: Says, name: str) -> Says:
    def present(known: Mapping[str, Any]) -> Any:
        whole = says(known)
        if type(whole) is dict:
            return name in whole
        if type(whole) is Missing:
            return whole
        raise Beyond

    return present


def _indexed(says: Says, index: Says) -> Says:
    def indexed(known: Mapping[str, Any]) -> Any:
        whole, key = says(known), index(known)
        if type(whole) is Missing:
            return whole
        if type(key) is Missing:
            return key
        if type(whole) is dict and type(key) is str and key in whole:
            return whole[key]
        raise Beyond

    return indexed


def _compared(left: Says, right: Says, *, equal: bool) -> Says:
    def compared(known: Mapping[str, Any]) -> Any:
        one = left(known)
        if type(one) is Missing:
            return one
        other = right(known)
        if type(other) is Missing:
            return other
        return _same(one, other) is equal

    return compared


def _contained(left: Says, right: Says) -> Says:
    def contained(known: Mapping[str, Any]) -> Any:
        one = left(known)
        if type(one) is Missing:
            return one
        many = right(known)
        if type(many) is Missing:
            return many
        if type(many) is list:
            return any(_same(one, other) for other in many)
        if type(many) is dict and type(_scalar(one)) is str:
            return one in many
        raise Beyond

    return contained


def _negated(says: Says) -> Says:
    def negated(known: Mapping[str, Any]) -> Any:
        value = says(known)
        if type(value) is bool:
            return not value
        if type(value) is Missing:
            return value
        raise Beyond

    return negated


def _decided(parts: list[Says], *, by: bool) -> Says:
    """`||` is decided by the first true, `&&` by the first false; else the first error stands."""

    def decided(known: Mapping[str, Any]) -> Any:
        return _first(by, (part(known) for part in parts))

    return decided


def _walked(says: Says, name: str, body: Says, *, by: bool) -> Says:
    """`exists` is `||` over a list, `all` is `&&`."""

    def walked(known: Mapping[str, Any]) -> Any:
        many = says(known)
        if type(many) is Missing:
            return many
        if type(many) is not list or len(many) > MOST_WALKED:
            raise Beyond
        return _first(by, (body({**known, name: one}) for one in many))

    return walked


def _first(by: bool, values: Iterable[Any]) -> Any:
    missing: Missing | None = None
    for value in values:
        if value is by:
            return by
        if type(value) is Missing:
            missing = missing or value
        elif type(value) is not bool:
            raise Beyond
    return (not by) if missing is None else missing


def _chosen(asked: Says, then: Says, otherwise: Says) -> Says:
    def chosen(known: Mapping[str, Any]) -> Any:
        answer = asked(known)
        if type(answer) is bool:
            return then(known) if answer else otherwise(known)
        if type(answer) is Missing:
            return answer
        raise Beyond

    return chosen


def _starting(says: Says, beginning: str) -> Says:
    def starting(known: Mapping[str, Any]) -> Any:
        value = _scalar(says(known))
        if type(value) is str:
            return value.startswith(beginning)
        if type(value) is Missing:
            return value
        raise Beyond

    return starting


def _matching(_says: Says, _pattern: str) -> Says:
    """Python's patterns aren't CEL's; mostly what stands before `&&` decides."""

    def matching(_known: Mapping[str, Any]) -> Any:
        raise Beyond

    return matching


_OF_TEXT = {"startsWith": _starting, "matches": _matching}
