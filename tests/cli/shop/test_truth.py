"""What goes wrong in the shop is what was planted, as the shipped rules see it: all of it, and nothing else."""

from collections import Counter

import pytest
from tests.cli.shop.reviewing import Key, review, rulebook

from clearline.cli.shop.contacts import DAY, HOUR, world_once
from clearline.cli.shop.shop import generate
from clearline.cli.shop.slips import broken, habits, room
from clearline.cli.shop.staff import staff
from clearline.cli.shop.stories import tell
from clearline.cli.shop.tale import Plan
from clearline.cli.shop.talk import Talk
from clearline.cli.shop.truth import Batch, Slip
from clearline.engine.events import Event, Instant
from clearline.record.answers.consequences import consequences
from clearline.record.answers.questions import questions

UNTIL: Instant = 20_780 * DAY + 19 * HOUR  # a Monday evening in November 2026


def key(slip: Slip) -> Key:
    return (slip.rule, slip.kind, slip.subject)


def judged(batches: list[Batch]) -> tuple[set[Key], set[Key], set[Key], set[Key]]:
    """What was missed, what was found beside it, and the same for questions."""
    done = review([event for batch in batches for event in batch.events], UNTIL)
    slips = [slip for batch in batches for slip in batch.slips]
    questions = {key(one) for batch in batches for one in batch.questions}
    ripe = {key(slip) for slip in slips if slip.by <= UNTIL}
    return (
        ripe - done.found,
        done.found - set(map(key, slips)),
        questions - done.asked,
        done.asked - questions,
    )


NOTHING: tuple[set[Key], ...] = (set(), set(), set(), set())


@pytest.mark.parametrize(("seed", "slips"), [(11, 1.0), (12, 9.0)])
def test_the_rules_find_what_was_planted_and_nothing_else(seed: int, slips: float) -> None:
    batches = list(generate(seed, days=9, agents=8, calls_a_day=40, until=UNTIL, slips=slips))
    assert sum(batch.calls for batch in batches) > 250
    assert judged(batches) == NOTHING


def test_the_same_holds_for_the_short_calls_of_a_year() -> None:
    batches = list(generate(13, days=6, agents=20, calls_a_day=80, until=UNTIL, short=True, slips=6.0))
    assert sum(batch.calls for batch in batches) > 300
    assert judged(batches) == NOTHING


def plans(short: bool) -> list[Plan]:
    """Of autumn 2026, when every rule is in force."""
    return [plan for number in range(1900) for plan in tell(5, 20_700, number, short=short).plans]


def test_every_slip_is_found_in_every_script_that_leaves_room_for_it() -> None:
    events: list[Event] = []
    planted: set[Key] = set()
    asked: set[Key] = set()
    tried: Counter[tuple[str, str, str]] = Counter()
    agents = staff(8, 21)
    for number, plan in enumerate(plans(short=False) + plans(short=True)):
        for habit in room(plan.script, plan.flags):
            rules = broken(habit.name, plan.flags)
            ways = [(plan.script, habit.name, rule) for rule, _ in rules]
            if all(tried[way] >= 2 for way in ways):
                continue
            tried.update(ways)
            agent = agents[-1] if "ai" in plan.flags else agents[0]
            talk = Talk(plan, agent, f"c-{number}-{habit.name}", plan.at, 8, habit).play()
            events += talk.events
            (asked if habit.asks else planted).update(map(key, talk.truth()))
    done = review(events, UNTIL)
    calls = {one for one in done.found if one[1] == "call"}
    assert (planted - calls, calls - planted) == (set(), set())
    assert {one for one in done.asked if one[1] == "call"} == asked
    assert {name for _, name, _ in tried} == set(habits())


def test_every_rule_that_a_slip_names_is_shipped() -> None:
    named = {rule for habit in habits().values() for rule, _, _ in habit.breaks}
    assert named <= set(rulebook().rules)


def named() -> set[str]:
    """Every rule that something in the shop breaks."""
    called = {rule for habit in habits().values() for rule, _, _ in habit.breaks}
    return called | {
        slip.rule for number in range(1900) for slip in tell(5, 20_700, number, short=False).slips
    }


def test_most_rules_come_up() -> None:
    """The others wait for what the shop does not have: a year of subscriptions, sales without refunds."""
    assert named() <= set(rulebook().rules)
    assert len(named()) >= 66


def test_what_the_shop_says_of_itself_puts_in_force_what_it_breaks() -> None:
    answers = world_once()["answers"]
    assert questions().faults(answers) == []
    assert {one.id for one in questions().missing(answers)} == {"gate", "shared", "staff"}
    found = consequences(rulebook(), answers)
    assert named() <= {one.id for one in found.rules}
    assert any(one.asks for one in found.obligations)  # the page shows what the open questions leave open
