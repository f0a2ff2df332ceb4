"""Reasons: what a rule says of an attempt, by which facts, and what would change that, tried out."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from clearline.engine.durations import moment_of
from clearline.engine.events import Event, Instant
from clearline.engine.rules import Rule
from clearline.engine.sentences import names
from clearline.engine.verdicts import Finding
from clearline.gate import wording
from clearline.gate.asked import Asked, Said, read_by
from clearline.gate.attempts import Reason
from clearline.gate.facts import Facts
from clearline.rulebook.rulebook import Rulebook

TRIES: Final = 8  # ends of spans that are tried for one rule


class Weighed(NamedTuple):
    """A reason, and where it stands among others."""

    weight: int
    reason: Reason


class _Spoken(NamedTuple):
    """What is said of every finding of a rule."""

    bare: Reason
    fields: frozenset[str]
    prompt: str


class Reasons:
    """Says what findings mean for an attempt."""

    def __init__(self, rulebook: Rulebook, *, brief: bool = False) -> None:
        self.rulebook = rulebook
        self.brief = brief  # nobody will read what would change the answer
        self._spoken: dict[Rule, _Spoken] = {}

    def of(self, said: Said, facts: Facts, event: Event) -> Weighed:
        """The reason that a finding or a question is; said again where time has no part in it."""
        kept: Weighed | None = said.reason
        if kept is None:
            rule, asked = said.finding.rule, said.asked
            if rule not in self._spoken:
                self._spoken[rule] = self._speaking(asked, rule)
            spoken = self._spoken[rule]
            kept = self._weighed(spoken, said, facts, event)
            timed = spoken.fields & wording.HOURS or (said.finding.sentence.span and asked.monitor.events)
            if not timed:
                said.reason = kept
        return kept

    def _weighed(self, spoken: _Spoken, said: Said, facts: Facts, event: Event) -> Weighed:
        bare, fields, prompt = spoken
        asked, finding = said.asked, said.finding
        rule = finding.rule
        unknown = wording.missing(finding.doubts)
        until = None if finding.doubts else _until(asked, finding, facts, event, fields)
        ways = [] if self.brief else list(_ways(asked, finding, event, fields))
        told = [one.told[event.data[name]] for name, one in ways if event.data.get(name) in one.told]
        if fields & wording.HOURS and unknown in {"", *wording.HOURS}:
            told = [facts.open.words]
        if finding.breach.detail:
            span = f" in {finding.sentence.span}" if finding.sentence.span else ""
            told = [f"it would be {finding.breach.detail} allowed{span}"]
        takes = [one.takes for name, one in ways if name not in wording.HOURS]
        if finding.sentence.until is not None:
            ends = [one.name.rpartition("/")[2] for one in names(finding.sentence.until)]
            takes += [wording.ENDS[one] for one in ends if one in wording.ENDS]
        if until is not None:
            takes = [f"waiting until {moment_of(until):%Y-%m-%d %H:%M} UTC", *takes]
        if unknown:
            takes = [wording.SUPPLIES[unknown]] if unknown in wording.SUPPLIES else takes
        reason = replace(
            bare,
            unknown=unknown,
            told="; ".join(dict.fromkeys(told)),
            lifted=" or ".join(dict.fromkeys(takes)) or prompt,
            until=until,
        )
        return Weighed(wording.weight(self.rulebook.rules[rule.id], finding.sentence, fields), reason)

    def _speaking(self, asked: Asked, rule: Rule) -> _Spoken:
        entry = self.rulebook.rules[rule.id]
        bare = Reason(
            rule=entry.id,
            version=entry.version,
            pack=entry.pack,
            title=entry.title,
            cites=entry.cites,
            severity=entry.severity,
            on=entry.on,
        )
        return _Spoken(bare, read_by(asked.program, rule), entry.prompt)


def _until(
    asked: Asked, finding: Finding, facts: Facts, event: Event, fields: frozenset[str]
) -> Instant | None:
    """When time alone lifts what a rule says; None where it doesn't."""
    if any(event.data.get(name) is False for name in fields & wording.HOURS):
        return facts.open.opens
    ends = asked.frees(finding.sentence, event.at)
    tried = (end for _, end in zip(range(TRIES), ends, strict=False))
    silent = _silent(asked, finding)
    return next((end for end in tried if silent(replace(event, at=end))), None)


def _ways(
    asked: Asked, finding: Finding, event: Event, fields: frozenset[str]
) -> Iterator[tuple[str, wording.Better]]:
    """Single facts that, were they otherwise, would leave the rule nothing to say; the least of each."""
    silent = _silent(asked, finding)
    for name in sorted(fields & wording.BETTER.keys()):
        for better in wording.BETTER[name]:
            other = replace(event, data={**event.data, name: better.value})
            if event.data.get(name) != better.value and silent(other):
                yield name, better
                break


def _silent(asked: Asked, finding: Finding) -> Callable[[Event], bool]:
    return lambda event: all(one.rule is not finding.rule for one in asked.what_if(event))
