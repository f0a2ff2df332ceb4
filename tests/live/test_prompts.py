"""Few prompts at a time: the worst and the nearest first, each with what became of it."""

from clearline.engine.events import SECOND, Instant
from clearline.engine.grammar import parse_sentence
from clearline.engine.rules import Rule
from clearline.engine.verdicts import Duty
from clearline.live.prompts import A_CALL, AT_ONCE, Outcome, Prompts

NOW: Instant = 1_000 * SECOND
SENTENCE = parse_sentence("require a within 30s after b")


def test_no_more_are_shown_than_somebody_can_heed() -> None:
    prompts = heeded(*(duty(f"r{number}", 10 + number) for number in range(10)))
    assert [line.rule for line in prompts.shown] == ["r0", "r1", "r2"]
    assert (len(prompts.shown), prompts.waiting) == (AT_ONCE, 10 - AT_ONCE)


def test_a_critical_one_with_time_left_goes_before_a_minor_one_with_little() -> None:
    prompts = heeded(duty("minor", 6, "minor"), duty("critical", 30, "critical"))
    assert [line.rule for line in prompts.shown] == ["critical", "minor"]


def test_what_has_to_be_done_next_goes_before_what_has_time() -> None:
    sentence = parse_sentence("require a next after b among c")
    rule = Rule("next", "call", (sentence,), prompt="Do it now.")
    prompts = heeded(duty("r", 30), Duty(rule, sentence, None, None))
    assert [(line.rule, line.at_once) for line in prompts.shown] == [("next", True), ("r", False)]


def test_what_nobody_knows_to_apply_stands_behind_what_does() -> None:
    doubtful = duty("doubtful", 10)._replace(doubts=("the place is not known",))
    assert [line.rule for line in heeded(doubtful, duty("certain", 20)).shown] == ["certain", "doubtful"]


def test_the_nearest_duty_of_a_rule_stands_for_all_of_it() -> None:
    once = duty("r", 10)
    prompts = heeded(once, once._replace(deadline=NOW + 40 * SECOND))
    assert [line.deadline for line in prompts.shown] == [NOW + 10 * SECOND]


def test_what_is_late_is_missed_once_and_stays_while_it_can_be_done() -> None:
    prompts = heeded(duty("r", 10))
    late = duty("r", 10)._replace(overdue=True)
    (turn,) = prompts.heed([late], NOW + 11 * SECOND, perhaps=False, ended=False)
    assert turn.outcome is Outcome.MISSED
    assert [line.late for line in prompts.shown] == [True]
    assert prompts.heed([], NOW + 12 * SECOND, perhaps=False, ended=False) == []


def test_what_the_end_of_the_call_overtakes_is_neither_followed_nor_missed() -> None:
    prompts = heeded(duty("r", 10))
    (turn,) = prompts.heed([], NOW + 3 * SECOND, perhaps=False, ended=True)
    assert (turn.outcome, prompts.shown) == (Outcome.ENDED_FIRST, ())


def test_what_partial_words_may_have_done_is_known_when_the_words_stay() -> None:
    prompts = heeded(duty("r", 10))
    assert prompts.heed([], NOW + 1 * SECOND, perhaps=True, ended=False) == []
    assert prompts.shown == ()
    (turn,) = prompts.heed([], NOW + 2 * SECOND, perhaps=False, ended=False)
    assert turn.outcome is Outcome.FOLLOWED


def test_what_turns_out_not_to_apply_was_not_followed() -> None:
    prompts = Prompts(lambda _: 1, lambda _: False, lambda *_: False)
    prompts.heed([duty("r", 10)], NOW, perhaps=False, ended=False)
    (turn,) = prompts.heed([], NOW + SECOND, perhaps=False, ended=False)
    assert (turn.outcome, prompts.done) == (Outcome.LIFTED, {})


def test_a_call_has_only_so_many_prompts_but_for_critical_ones() -> None:
    prompts = Prompts(lambda _: 1, lambda _: True, lambda *_: False)
    for number in range(A_CALL + 5):
        prompts.heed([duty(f"r{number}", 10)], NOW, perhaps=False, ended=False)
    assert len(prompts.seen) == A_CALL
    prompts.heed([duty("worst", 10, "critical")], NOW, perhaps=False, ended=False)
    assert [line.rule for line in prompts.shown] == ["worst"]


def heeded(*duties: Duty) -> Prompts:
    prompts = Prompts(lambda _: 1, lambda _: True, lambda *_: False)
    prompts.heed(duties, NOW, perhaps=False, ended=False)
    return prompts


RULES: dict[tuple[str, str], Rule] = {}


def duty(name: str, seconds: int, severity: str = "serious") -> Duty:
    rule = RULES.setdefault(
        (name, severity), Rule(name, "call", (SENTENCE,), prompt=f"Do {name}.", severity=severity)
    )
    return Duty(rule, SENTENCE, NOW + seconds * SECOND, None)
