"""From a run to verdicts, findings, duties and guards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from clearline.engine.conditions import Truth
from clearline.engine.durations import NEVER
from clearline.engine.events import Instant
from clearline.engine.forms.form import State, worst
from clearline.engine.program import Program, instant_in_force
from clearline.engine.rules import Rule
from clearline.engine.run import Run
from clearline.engine.verdicts import Duty, Finding, Guard, Verdict

UNTIMED = "the times of what was said are not known"


class Sign(NamedTuple):
    """How a rule's breaches are taken, and how many there are: the same sign, the same findings."""

    applies: Truth
    why: str
    untimed: tuple[bool, ...]
    lengths: tuple[tuple[int, int], ...]  # breaches and questions of each clause

    def alike(self, other: Sign) -> bool:
        """Whether breaches are taken in the same way, so that only new ones differ."""
        return self[:3] == other[:3]


class Judge:
    """Reads a run; changes nothing."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program = program
        self.run = run
        self._applies: dict[Rule, tuple[Truth, str]] = {}
        self._taught = run.taught

    def verdicts(self) -> list[Verdict]:
        found = (self.verdict(rule) for rule in self.program.rules)
        return [verdict for verdict in found if verdict.applies is not False]

    def touched(self) -> list[Verdict]:
        """The verdicts of the rules that came up at all, which are few."""
        clauses = self.program.clauses
        rules = dict.fromkeys(
            clauses[index].rule for index, state in enumerate(self.run.strict) if state is not None
        )
        found = (self.verdict(rule) for rule in rules)
        return [verdict for verdict in found if verdict.applies is not False]

    def verdict(self, rule: Rule) -> Verdict:
        clauses = self.program.of_rule[rule]
        if self.untouched(rule):
            untouched = State.OPEN if self.run.ended is None else State.KEPT
            return Verdict(rule, untouched, tried=0, applies=self.applies(rule)[0])
        sign = self.sign(rule)
        found = self.found(rule, sign)
        return Verdict(
            rule=rule,
            state=self.state(rule, sign),
            tried=self.tried(rule),
            applies=sign.applies,
            findings=tuple(one for one in found if not one.doubts),
            questions=tuple(one for one in found if one.doubts),
            duties=tuple(self._duties(rule, sign.why)),
            ended_first=sum(self.run.tallies[index].ended_first for index in clauses),
        )

    def untouched(self, rule: Rule) -> bool:
        """Whether nothing that a rule speaks of has happened yet: most rules of most calls."""
        return all(self.run.strict[index] is None for index in self.program.of_rule[rule])

    def tried(self, rule: Rule) -> int:
        return sum(self.run.tallies[index].tried for index in self.program.of_rule[rule])

    def applies(self, rule: Rule) -> tuple[Truth, str]:
        """Whether the rule applies, by the facts known so far; where that is unknown, why."""
        if self._taught != self.run.taught:
            self._applies.clear()
            self._taught = self.run.taught
        if rule not in self._applies:
            condition = self.program.applies.get(rule)
            self._applies[rule] = condition.truth(self.run.known) if condition is not None else (True, "")
        return self._applies[rule]

    def sign(self, rule: Rule) -> Sign:
        """What a rule's findings can be known by, without looking at them."""
        run, clauses = self.run, self.program.of_rule[rule]
        return Sign(
            *self.applies(rule),
            tuple(self._untimed(index) for index in clauses),
            tuple((len(run.tallies[index].breaches), len(run.questions[index])) for index in clauses),
        )

    def found(self, rule: Rule, sign: Sign, since: Sign | None = None) -> list[Finding]:
        """The findings and questions of a rule in order of time; those alone that are new since an earlier sign.

        If nobody knows whether the rule applies, or when things were said, all are questions.
        """
        if sign.applies is False:
            return []
        known = since.lengths if since and since.alike(sign) else ((0, 0),) * len(sign.lengths)
        found: list[Finding] = []
        for index, untimed, (breaches, questions) in zip(
            self.program.of_rule[rule], sign.untimed, known, strict=True
        ):
            sentence = self.program.clauses[index].sentence
            doubts = (UNTIMED,) if untimed else (sign.why,) if sign.applies is None else ()
            found += [
                Finding(rule, sentence, breach, doubts)
                for breach in self.run.tallies[index].breaches[breaches:]
            ]
            found += [
                Finding(rule, sentence, *question) for question in self.run.questions[index][questions:]
            ]
        return sorted(found, key=_when)

    def due(self, now: Instant) -> list[Duty]:
        duties: list[Duty] = []
        clauses = self.program.clauses
        begun = (clauses[index].rule for index, state in enumerate(self.run.strict) if state is not None)
        for rule in dict.fromkeys(begun):  # most rules of most calls have nothing that could be due
            applies, why = self.applies(rule)
            if applies is not False:
                duties.extend(self._duties(rule, why))
        late = [
            d._replace(overdue=d.overdue or (d.deadline is not None and d.deadline < now)) for d in duties
        ]
        return sorted(
            late, key=lambda duty: (NEVER if duty.deadline is None else duty.deadline, duty.rule.id)
        )

    def guards(self, now: Instant) -> list[Guard]:
        found: list[Guard] = []
        if self.run.started is None or self.run.ended is not None:
            return found
        for index, clause in enumerate(self.program.clauses):
            if not instant_in_force(clause.rule, now):
                continue
            guarded = [*clause.automaton.guarded(self.run.state_of(index), now)]
            if not guarded or self.applies(clause.rule)[0] is False:
                continue
            if clause.scope_bit and self.run.scope(clause, now, self.run.known)[0] is False:
                continue
            found += [Guard(clause.rule, clause.sentence, one.until, one.trigger, one.key) for one in guarded]
        return found

    def state(self, rule: Rule, sign: Sign) -> State:
        """The worst of the living instances; on a timeline that ends, what was broken stays broken."""
        states = []
        for index, untimed, (breaches, questions) in zip(
            self.program.of_rule[rule], sign.untimed, sign.lengths, strict=True
        ):
            states.append(self._living(index))
            if self.program.kind.ends is not None and sign.applies is not False:
                certain = sign.applies and not untimed
                states += [State.BROKEN] * bool(breaches and certain)
                states += [State.UNKNOWN] * bool(questions or (breaches and not certain))
        return worst(states)

    def _untimed(self, index: int) -> bool:
        """Whether the sentence counts time on a timeline whose events have none."""
        timed = self.run.known.get(self.program.kind.name, {}).get("timed", True)
        return timed is False and self.program.clauses[index].sentence.span is not None

    def _living(self, index: int) -> State:
        automaton = self.program.clauses[index].automaton
        if self.run.strict[index] is None:
            return State.OPEN if self.run.ended is None else State.KEPT
        strict, lenient = (automaton.status(one[index]) for one in (self.run.strict, self.run.lenient))
        if strict is not lenient or (self._untimed(index) and self.run.tallies[index].tried):
            return State.UNKNOWN
        return State.KEPT if strict is State.OPEN and self.run.ended is not None else strict

    def _duties(self, rule: Rule, why: str) -> Iterator[Duty]:
        for index in self.program.of_rule[rule]:
            clause = self.program.clauses[index]
            strict, lenient = self.run.strict[index], self.run.lenient[index]
            if strict is None:
                continue
            certain = list(clause.automaton.pending(lenient))
            for pending in clause.automaton.pending(strict):
                doubts = (why,) if why else () if pending in certain else tuple(self.run.doubts[index])
                yield Duty(
                    clause.rule,
                    clause.sentence,
                    pending.deadline,
                    pending.trigger,
                    pending.overdue,
                    pending.key,
                    doubts,
                )


def _when(finding: Finding) -> Instant:
    return finding.breach.at
