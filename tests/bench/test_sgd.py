"""Dialogues that book: a yes is heard in the words, a missing one is reported."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bench.lines import Judge, Status, json_lines
from bench.sgd import SHOP_RULE, Calls, events, happenings

CALLS = {("Hotels_1", "ReserveHotel")}
BOOKED: dict[str, Any] = {"service": "Hotels_1", "service_call": {"method": "ReserveHotel"}}
SEARCHED: dict[str, Any] = {"service": "Hotels_1", "service_call": {"method": "SearchHotel"}}


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(["sgd"], [SHOP_RULE])


def dialogue(*words: str, calls: dict[str, Any]) -> list[dict[str, Any]]:
    """Turns by turns, the user first; the last one makes the call."""
    turns: list[dict[str, Any]] = [
        {"speaker": ("USER", "SYSTEM")[n % 2], "utterance": said, "frames": []}
        for n, said in enumerate(words)
    ]
    turns[-1]["frames"] = [calls]
    return turns


WISH, ASK, DONE = "A room, please.", "Please confirm: one room for two days.", "Your room is booked."


@pytest.mark.parametrize(
    ("words", "calls", "expected"),
    [
        ((WISH, ASK, "Yes, thanks.", DONE), BOOKED, Status("ok")),
        ((WISH, ASK, "How much is it?", DONE), BOOKED, Status("ok")),  # goes on after the recap, without a no
        ((WISH, ASK, "No, not that one.", DONE), BOOKED, Status("violated", 3)),
        ((WISH, DONE), BOOKED, Status("violated", 1)),
        ((WISH, "There are two."), SEARCHED, Status("na")),
    ],
)
def test_a_transaction_comes_after_a_yes(
    judge: Judge, words: tuple[str, ...], calls: dict[str, Any], expected: Status
) -> None:
    assert judge.judge(events(dialogue(*words, calls=calls), CALLS))["G_CONFIRM"] == expected


def test_an_answer_that_is_neither_yes_nor_no_is_a_question_to_the_shops_rule(judge: Judge) -> None:
    found = judge.judge(events(dialogue(WISH, ASK, "How much is it?", DONE, calls=BOOKED), CALLS))
    assert found["YES_BEFORE_DEED"] == Status("unknown")


@pytest.mark.data
def test_the_shops_rule_reports_no_compliant_dialogue_and_every_no(judge: Judge, data: Path) -> None:
    rows = json_lines(data / "sgd/dev.jsonl.xz")
    calls = {(service, intent) for service, intent in next(rows)["transactional"]}
    statuses: Counter[str] = Counter()
    for row in islice(rows, 0, None, 4):
        turns = row["turns"]
        as_it_is = judge.judge(events(turns, calls))["YES_BEFORE_DEED"].status
        deed = first_deed(turns, calls)
        if deed is None:
            continue
        refused = [
            *turns[: deed - 1],
            turns[deed - 1] | {"utterance": "No, I don't want that."},
            *turns[deed:],
        ]
        statuses[as_it_is] += 1
        statuses["no: " + judge.judge(events(refused, calls))["YES_BEFORE_DEED"].status] += 1
    booked = statuses["ok"] + statuses["unknown"]
    assert statuses["violated"] == 0
    assert statuses["unknown"] < 0.06 * booked
    assert statuses["no: violated"] > 0.99 * booked
    assert statuses["no: ok"] == 0


def first_deed(turns: Sequence[Mapping[str, Any]], calls: Calls) -> int | None:
    """The place of the turn with the first booking."""
    return next(
        (place for place, (kind, _) in happenings(turns, calls) if kind == "order.placed"),
        None,
    )


@pytest.mark.data
def test_compliant_dialogues_are_left_alone_and_a_no_instead_of_the_yes_is_seen(
    judge: Judge, data: Path
) -> None:
    rows = json_lines(data / "sgd/dev.jsonl.xz")
    calls = {(service, intent) for service, intent in next(rows)["transactional"]}
    alarms = seen = booked = 0
    for number, row in enumerate(rows):
        turns = row["turns"]
        found = judge.judge(events(turns, calls))["G_CONFIRM"].status
        if number % 4 or found == "na":
            continue
        booked += 1
        alarms += found == "violated"
        said_no = [
            turn | {"utterance": "No, I don't want that."} if turn["speaker"] == "USER" else turn
            for turn in turns
        ]
        seen += judge.judge(events(said_no, calls))["G_CONFIRM"].status == "violated"
    assert alarms <= booked // 50  # where no word says yes: "how many days?" to an unspoken question
    assert seen == booked
