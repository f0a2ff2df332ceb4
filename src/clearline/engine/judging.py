"""From a run to verdicts, findings, duties and guards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from clearline.engine.conditions import Truth
from clearline.engine.durations import NEVER
from clearline.engine.events import Instant
from clearline.engine.forms.form import State, worst
from clearline.engine.program import Program
from clearline.engine.rules import Rule
from clearline.engine.run import Run
from clearline.engine.verdicts import Duty, Finding, Guard, Verdict

UNTIMED = "the times of what was said are not known"


class Judge:
    """Reads a run; changes nothing."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program = program
        self.run = run
        self._clauses: dict[str, list[int]] = defaultdict(list)
        for index, clause in enumerate(program.clauses):
            self._clauses[clause.rule.id].append(index)

    def verdicts(self) -> list[Verdict]:
        found = (self.verdict(rule) for rule in self.program.rules)
        return [verdict for verdict in found if verdict.applies is not False]

    def verdict(self, rule: Rule) -> Verdict:
        applies, why = self.applies(rule)
        findings, questions = self._of(rule, applies, why)
        clauses = self._clauses[rule.id]
        return Verdict(
            rule=rule,
            state=self._state(rule, findings, questions),
            tried=sum(self.run.tallies[index].tried for index in clauses),
            applies=applies,
            findings=findings,
            questions=questions,
            duties=tuple(self._duties(rule, why)),
            ended_first=sum(self.run.tallies[index].ended_first for index in clauses),
        )

    def applies(self, rule: Rule) -> tuple[Truth, str]:
        """Whether the rule applies, by the facts known so far; where that is unknown, why."""
        condition = self.program.applies.get(rule.id)
        return condition.truth(self.run.known) if condition is not None else (True, "")

    def findings(self) -> list[Finding]:
        """All findings and questions of the rules that apply or may apply."""
        found: list[Finding] = []
        for rule in self.program.rules:
            if any(self.run.tallies[i].breaches or self.run.questions[i] for i in self._clauses[rule.id]):
                applies, why = self.applies(rule)
                if applies is not False:
                    for some in self._of(rule, applies, why):
                        found.extend(some)
        return found

    def states(self) -> dict[Rule, State]:
        """The state of every rule, applicable or not."""
        return {rule: self._state(rule, *self._of(rule, *self.applies(rule))) for rule in self.program.rules}

    def due(self, now: Instant) -> list[Duty]:
        duties: list[Duty] = []
        for rule in self.program.rules:
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
            if self.applies(clause.rule)[0] is False:
                continue
            if clause.scope_bit and self.run.scope(clause, now, self.run.known)[0] is False:
                continue
            found.extend(
                Guard(clause.rule, clause.sentence, guarded.until, guarded.trigger, guarded.key)
                for guarded in clause.automaton.guarded(self.run.state_of(index), now)
            )
        return found

    def _of(self, rule: Rule, applies: Truth, why: str) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The findings and the questions of a rule; if nobody knows whether it applies, all are questions."""
        findings: list[Finding] = []
        questions: list[Finding] = []
        for index in self._clauses[rule.id]:
            sentence, doubts = self.program.clauses[index].sentence, tuple(self.run.doubts[index])
            doubtful = UNTIMED if self._untimed(index) else why
            for breach in self.run.tallies[index].breaches:
                if applies and not doubtful:
                    findings.append(Finding(rule, sentence, breach))
                else:
                    questions.append(Finding(rule, sentence, breach, (doubtful,)))
            questions += [Finding(rule, sentence, breach, doubts) for breach in self.run.questions[index]]
        return tuple(sorted(findings, key=_when)), tuple(sorted(questions, key=_when))

    def _state(self, rule: Rule, findings: tuple[Finding, ...], questions: tuple[Finding, ...]) -> State:
        """The worst of the living instances; on a timeline that ends, what was broken stays broken."""
        states = [self._living(index) for index in self._clauses[rule.id]]
        if self.program.kind.ends is not None:
            states += [State.BROKEN] * bool(findings) + [State.UNKNOWN] * bool(questions)
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
        for index in self._clauses[rule.id]:
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
