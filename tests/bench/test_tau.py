"""Trajectories of tool-using agents: each rule kept, broken, and not come up; and what the real ones show."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bench.lines import PACKS, Judge, Status, json_lines
from bench.tau import DOMAINS, events

from clearline.rulebook.checking import check
from clearline.rulebook.examples import tried
from clearline.rulebook.reading import SHIPPED, read

Message = Mapping[str, Any]

MINE = ("sgd", "tau-agents", "tau-retail")
FOUND = [("find_user_id_by_email", {"email": "dana@example.com"}, "dana_1")]
METHOD = {"source": "credit_card", "id": "card_1"}
PROFILE = (
    "get_user_details",
    {"user_id": "dana_1"},
    json.dumps({"payment_methods": [METHOD, METHOD | {"source": "gift_card", "id": "gift_2"}]}),
)


def order(status: str, number: str = "#W1", user: str = "dana_1") -> str:
    paid = '[{"transaction_type": "payment", "amount": 1.0, "payment_method_id": "card_1"}]'
    return f'{{"order_id": "{number}", "user_id": "{user}", "status": "{status}", "payment_history": {paid}}}'


def reading(status: str, number: str = "#W1", user: str = "dana_1") -> tuple[str, dict[str, Any], str]:
    return "get_order_details", {"order_id": number}, order(status, number, user)


def said(role: str, words: str) -> Message:
    return {"role": role, "content": words}


def calls(*made: tuple[str, dict[str, Any], str], words: str | None = None) -> list[Message]:
    """One turn of the agent with its calls, and what the tools say."""
    asked = [{"id": None, "name": name, "arguments": given} for name, given, _ in made]
    return [
        {"role": "assistant", "content": words, "tool_calls": asked},
        *({"role": "tool", "content": answer} for _, _, answer in made),
    ]


AGREED = [said("assistant", "I will do that. Shall I proceed?"), said("user", "Yes, please.")]
CANCEL = ("cancel_pending_order", {"order_id": "#W1", "reason": "no longer needed"}, order("cancelled"))


def exchange(method: str = "card_1", answer: str = "") -> tuple[str, dict[str, Any], str]:
    given = {"order_id": "#W1", "item_ids": ["1"], "new_item_ids": ["2"], "payment_method_id": method}
    return "exchange_delivered_order_items", given, answer or order("exchange requested")


def giving_back(method: str) -> tuple[str, dict[str, Any], str]:
    return "return_delivered_order_items", {"order_id": "#W1", "payment_method_id": method}, "Error: no"


@cache
def judge(domain: str = "retail") -> Judge:
    return Judge(DOMAINS[domain])


def judged(rule: str, *messages: Message) -> Status:
    return judge().judge(events(messages))[rule]


START = [said("user", "Hello"), *calls(*FOUND)]  # messages 0 to 2


def test_the_packs_have_no_fault_and_every_example_does_what_it_says() -> None:
    book = read(SHIPPED, PACKS)
    assert [str(fault) for fault in check(book) if any(f"/{pack}/" in str(fault) for pack in MINE)] == []
    assert [one.complaint for rule in book.select(MINE) for one in tried(book, rule) if one.complaint] == []


@pytest.mark.parametrize(
    ("rule", "messages", "expected"),
    [
        ("T_AUTH_FIRST", [*START, *calls(PROFILE)], Status("ok")),
        ("T_AUTH_FIRST", calls(PROFILE), Status("violated", 0)),
        ("T_AUTH_FIRST", START, Status("na")),
        ("T_AUTH_BEFORE_PRODUCT", calls(("list_all_product_types", {}, "{}")), Status("violated", 0)),
        ("T_AUTH_BEFORE_PRODUCT", START, Status("na")),
        ("T_ONE_USER", [*START, *calls(reading("pending"))], Status("ok")),
        ("T_ONE_USER", [*START, *calls(reading("pending", user="sam_2"))], Status("violated", 4)),
        ("T_ONE_USER", [said("user", "Hello")], Status("na")),
        ("T_CONFIRM", [*START, *AGREED, *calls(CANCEL)], Status("ok")),
        ("T_CONFIRM", [*START, said("user", "Cancel #W1."), *calls(CANCEL)], Status("violated", 4)),
        ("T_CONFIRM", START, Status("na")),
        ("T_STATUS_CHECKED", [*START, *calls(reading("pending")), *calls(CANCEL)], Status("ok")),
        ("T_STATUS_CHECKED", [*START, *calls(CANCEL)], Status("violated", 3)),
        ("T_STATUS_CHECKED", START, Status("na")),
        ("T_STATUS_ALLOWED", [*START, *calls(reading("pending")), *calls(CANCEL)], Status("ok")),
        ("T_STATUS_ALLOWED", [*START, *calls(reading("delivered")), *calls(CANCEL)], Status("violated", 5)),
        ("T_STATUS_ALLOWED", START, Status("na")),
        (
            "T_ONCE",
            [*calls(exchange(answer="Error: new item 2 not found")), *calls(exchange())],
            Status("ok"),
        ),
        ("T_ONCE", [*calls(exchange()), *calls(exchange())], Status("violated", 2)),
        ("T_ONCE", [*START, *calls(CANCEL)], Status("na")),
        ("T_REFUND_METHOD", [*calls(reading("delivered")), *calls(giving_back("card_1"))], Status("ok")),
        ("T_REFUND_METHOD", [*calls(PROFILE), *calls(giving_back("gift_2"))], Status("ok")),
        ("T_REFUND_METHOD", [*calls(PROFILE), *calls(giving_back("card_1"))], Status("violated", 2)),
        ("T_REFUND_METHOD", START, Status("na")),
        ("T_PAYMENT_OWN", [*calls(PROFILE), *calls(exchange())], Status("ok")),
        ("T_PAYMENT_OWN", [*calls(PROFILE), *calls(exchange("gift_9"))], Status("violated", 2)),
        ("T_PAYMENT_OWN", START, Status("na")),
        ("T_ONE_CALL", START, Status("ok")),
        ("T_ONE_CALL", calls(PROFILE, reading("pending")), Status("violated", 0)),
        ("T_ONE_CALL", AGREED, Status("na")),
        ("T_CALL_WITHOUT_TEXT", START, Status("ok")),
        ("T_CALL_WITHOUT_TEXT", calls(PROFILE, words="One moment."), Status("violated", 0)),
        ("T_CALL_WITHOUT_TEXT", AGREED, Status("na")),
        ("T_CANCEL_REASON", [*START, *calls(CANCEL)], Status("ok")),
        (
            "T_CANCEL_REASON",
            calls(("cancel_pending_order", {"order_id": "#W1", "reason": "too dear"}, "Error: no")),
            Status("violated", 0),
        ),
        ("T_CANCEL_REASON", START, Status("na")),
    ],
)
def test_a_rule_is_kept_broken_or_never_came_up(rule: str, messages: list[Message], expected: Status) -> None:
    assert judged(rule, *messages) == expected


def test_one_yes_covers_the_changes_that_follow_it() -> None:
    assert judged("T_CONFIRM", *START, *AGREED, *calls(CANCEL), *calls(exchange())) == Status("ok")


def test_a_yes_to_something_else_is_no_confirmation() -> None:
    asked = [said("assistant", "May I have your zip code?"), said("user", "Sure, my zip code is 12345.")]
    assert judged("T_CONFIRM", *asked, *calls(CANCEL)) == Status("violated", 2)


def test_an_order_number_is_the_same_with_and_without_its_hash() -> None:
    bare = ("cancel_pending_order", {"order_id": "W1", "reason": "no longer needed"}, "Error: no such order")
    assert judged("T_STATUS_CHECKED", *calls(reading("pending")), *calls(bare)) == Status("ok")


def test_results_that_agents_print_as_python_are_read() -> None:
    name, given, answer = reading("delivered")
    assert judged("T_STATUS_ALLOWED", *calls((name, given, f"# var_3 = {answer}")), *calls(CANCEL)) == Status(
        "violated", 2
    )


def test_tools_of_the_customer_are_not_calls_of_the_agent() -> None:
    own: dict[str, Any] = {"id": None, "name": "reboot_device", "arguments": {}}
    found = judge("telecom").judge(events([{"role": "user", "content": None, "tool_calls": [own, own]}]))
    assert found["T_ONE_CALL"] == Status("na")


@pytest.mark.data
@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_no_trajectory_leaves_a_rule_unknown(domain: str, data: Path) -> None:
    rows = [row for number, row in enumerate(json_lines(data / f"tau/{domain}.jsonl.xz")) if number % 8 == 0]
    counts = Counter(s.status for row in rows for s in judge(domain).judge(events(row["messages"])).values())
    assert set(counts) == {"ok", "violated", "na"}
