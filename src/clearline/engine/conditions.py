"""Conditions in CEL with three values: True, False, and None for unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from cel_expr_python import cel

from clearline.engine.errors import ConditionError
from clearline.engine.plain import Beyond, Missing, translate

Truth: TypeAlias = bool | None

MAX_LENGTH = 1_000  # characters
MACROS = re.compile(r"\.\s*(all|exists|exists_one|map|filter|transformList|transformMap)\s*\(")
MAX_MACROS = 2  # each walks a list; nested deeper they could multiply without end
MISSING = re.compile(r'(?:Key not found in map : "?|no such key: ?)([\w.-]+)')


class Conditions:
    """Compiles conditions over named maps; the same text is compiled once."""

    def __init__(self, variables: Iterable[str]) -> None:
        self.names = tuple(sorted(set(variables)))
        self._environment = cel.NewEnv(
            variables=dict.fromkeys(self.names, cel.Type.Map(cel.Type.STRING, cel.Type.DYN))
        )
        self._compiled: dict[str, Condition] = {}

    def compile(self, source: str) -> Condition:
        """The condition that the text says; a ConditionError where it is not CEL or uses unknown names."""
        if source not in self._compiled:
            self._compiled[source] = Condition(self._expression(source), source, self.names)
        return self._compiled[source]

    def _expression(self, source: str) -> cel.Expression:
        if len(source) > MAX_LENGTH:
            raise ConditionError(f"the condition has {len(source)} characters; {MAX_LENGTH} are allowed")
        if len(MACROS.findall(source)) > MAX_MACROS:
            raise ConditionError(
                f"the condition walks lists more than {MAX_MACROS} times; let an event carry the answer"
            )
        try:
            return self._environment.compile(source)
        except RuntimeError as error:
            raise _as_condition_error(str(error), self.names) from None


class Condition:
    """A compiled condition; its value is a bool, or whatever else CEL can say."""

    __slots__ = ("_expression", "_names", "_plain", "source")

    def __init__(self, expression: cel.Expression, source: str, names: tuple[str, ...]) -> None:
        self._expression = expression
        self._names = tuple(name for name in names if re.search(rf"\b{name}\b", source))
        self._plain = translate(source, self._names, lambda name: _not_known(name, source))
        self.source = source

    def truth(self, known: Mapping[str, Mapping[str, Any]]) -> tuple[Truth, str]:
        """True, False, or None with the reason why it is unknown."""
        value, why = self.value(known)
        if value is True or value is False:
            return value, ""
        return None, why or f"`{self.source}` is not true or false"

    def value(self, known: Mapping[str, Mapping[str, Any]]) -> tuple[Any, str]:
        """The value, or None with the reason why there is none."""
        read = {name: known.get(name) or {} for name in self._names}
        if self._plain is not None:
            try:
                said = self._plain(read)
            except Beyond:
                return self.value_in_cel(read)
            return (None, str(said)) if type(said) is Missing else (said, "")
        return self.value_in_cel(read)

    def value_in_cel(self, read: Mapping[str, Mapping[str, Any]]) -> tuple[Any, str]:
        """The same from CEL itself, which is many times as slow; what it reads must be there, if only empty."""
        try:
            found = self._expression.eval(data=read)
        except RuntimeError as error:  # CEL gives errors as values, but for lists and texts beyond its bounds
            return None, f"`{self.source}` can't be told: {error}"
        if found.type() == cel.Type.ERROR:
            return None, _reason(str(found.value()), self.source)
        return found.plain_value(), ""


def _reason(error: str, source: str) -> str:
    missing = MISSING.search(error)
    return f"`{source}` can't be told" if missing is None else _not_known(missing.group(1), source)


def _not_known(name: str, source: str) -> str:
    spoken = re.search(rf"[\w.]*\.{re.escape(name)}\b", source)
    return f"{spoken.group() if spoken else name} is not known"


def _as_condition_error(error: str, names: tuple[str, ...]) -> ConditionError:
    line = re.search(r"<input>:\d+:(\d+): (.*)", error)
    column, message = (int(line.group(1)), line.group(2)) if line else (None, error)
    unknown = re.search(r"undeclared reference to '([^']*)'", message)
    if unknown:
        message = f"`{unknown.group(1)}` is not known here; conditions may read {', '.join(names)}"
    return ConditionError(message.removesuffix(" (in container '')"), column)
