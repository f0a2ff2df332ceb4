"""STAR's events become Clearline's, and each rule finds what its README says at the event that shows it."""

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bench.lines import PACKS, Status, json_lines
from bench.star import Judge, events
from bench.star_words import measured

from clearline.rulebook.checking import check
from clearline.rulebook.reading import SHIPPED, read

Step = Mapping[str, Any]

ROOT = Path(__file__).parents[2]
JUDGE = Judge()
WORDS = Judge(words=True)

CHECK, BOOK = ({"RequestType": f'"{word}"'} for word in ("Check", "Book"))
FIRST = ("FullName", "AccountNumber", "PIN")
SECOND = ("FullName", "DateOfBirth", "SecurityAnswer1", "SecurityAnswer2")


def customer(at: int, text: str = "Hello") -> Step:
    return {"Agent": "User", "Action": "utter", "Text": text, "UnixTime": at}


def agent(at: int, act: str = "hello", text: str = "Well") -> Step:
    return {"Agent": "Wizard", "Action": "pick_suggestion", "ActionLabel": act, "Text": text, "UnixTime": at}


def query(at: int, api: str, *constraints: Mapping[str, str]) -> Step:
    return {
        "Agent": "Wizard",
        "Action": "query",
        "APIName": api,
        "Constraints": constraints,
        "UnixTime": at,
    }


def answer(api: str, **item: object) -> Step:
    return {"Agent": "KnowledgeBase", "Action": "return_item", "APIName": api, "Item": item}


def bank(at: int, *fields: str) -> Step:
    return query(at, "bank_balance", *({field: '"known"'} for field in fields))


def judged(rule: str, *steps: Step) -> Status:
    return JUDGE.judge(steps)[rule]


OK, NA = Status("ok"), Status("na")
HOTEL_CHECK, HOTEL_BOOK = query(10, "hotel_book", CHECK), query(40, "hotel_book", BOOK)
ASK, YES = agent(20, "hotel_ask_confirm_booking"), customer(30, "Yes, please.")
DONE = agent(50, "hotel_reservation_succeeded", "It has been booked.")


def test_the_packs_have_no_fault() -> None:
    faults = check(read(SHIPPED, PACKS))
    assert "\n".join(str(one) for one in faults if "star" in one.file.parent.as_posix()) == ""


def test_what_is_hidden_from_a_side_is_no_event_and_an_answer_comes_at_once() -> None:
    hidden = {"Agent": "UserGuide", "Action": "instruct", "Text": "Be rude.", "UnixTime": 3}
    found = events([customer(1), hidden, query(5, "weather"), answer("weather"), agent(9)])
    assert [(one.type, one.at // 1_000_000, one.data["index"]) for one in found] == [
        ("utterance", 1, 0),
        ("query.sent", 5, 2),
        ("system.answered", 5, 3),
        ("utterance", 9, 4),
        ("act.hello", 9, 4),
        ("dialogue.ended", 9, 4),
    ]


def test_an_empty_dialogue_raises_no_rule() -> None:
    assert set(JUDGE.judge([]).values()) == {NA}


def test_a_booking_needs_a_check_of_its_own_api() -> None:
    rule = "S_CHECK_BEFORE_BOOK"
    assert judged(rule, HOTEL_CHECK, HOTEL_BOOK) == OK
    assert judged(rule, query(10, "ride_book", CHECK), HOTEL_BOOK) == Status("violated", 1)
    assert judged(rule, HOTEL_CHECK) == NA


def test_a_query_that_says_check_and_book_is_a_check() -> None:
    assert judged("S_CHECK_BEFORE_BOOK", query(10, "hotel_book", CHECK, BOOK), HOTEL_BOOK) == OK


def test_the_customer_is_asked_after_the_last_check() -> None:
    rule = "S_CONFIRM_BEFORE_BOOK"
    assert judged(rule, HOTEL_CHECK, ASK, HOTEL_BOOK, query(41, "hotel_book", BOOK)) == OK
    assert judged(rule, ASK, HOTEL_BOOK) == OK
    assert judged(rule, HOTEL_CHECK, ASK, query(25, "hotel_book", CHECK), HOTEL_BOOK) == Status("violated", 3)
    assert judged(rule, HOTEL_CHECK, agent(20, "ride_ask_confirm_booking"), HOTEL_BOOK).at == 2
    assert judged(rule, HOTEL_CHECK, ASK) == NA


def test_the_customer_says_yes_after_being_asked() -> None:
    rule = "S_CONFIRM_YES"
    assert judged(rule, HOTEL_CHECK, ASK, YES, HOTEL_BOOK) == OK
    assert judged(rule, HOTEL_CHECK, ASK, customer(30, "Book it!"), HOTEL_BOOK) == OK
    assert judged(rule, HOTEL_CHECK, ASK, customer(30, "No."), HOTEL_BOOK) == Status("violated", 3)
    assert judged(rule, HOTEL_CHECK, customer(15, "Yes."), ASK, HOTEL_BOOK) == Status("violated", 3)
    assert judged(rule, HOTEL_CHECK, ASK, YES) == NA


def test_success_is_claimed_only_if_the_system_reported_it() -> None:
    rule = "S_CLAIM_BACKED"
    confirmed, failed = (
        answer("hotel_book", ReservationStatus=f"Reservation {word}") for word in ("Confirmed", "Failed")
    )
    free = answer("hotel_book", Message="Available")
    assert judged(rule, HOTEL_BOOK, confirmed, HOTEL_CHECK, free, DONE) == OK
    assert judged(rule, HOTEL_CHECK, free, DONE) == Status("violated", 2)
    assert judged(rule, HOTEL_BOOK, confirmed, HOTEL_BOOK, failed, DONE) == Status("violated", 4)
    assert judged(rule, HOTEL_BOOK, {**free, "Item": None}, DONE) == Status("violated", 2)
    assert judged(rule, HOTEL_BOOK, confirmed) == NA


def test_a_bank_query_carries_one_whole_set() -> None:
    rule = "S_FULL_CREDENTIALS"
    assert judged(rule, bank(1, *FIRST), bank(2, *SECOND)) == OK
    assert judged(rule, bank(1, *FIRST), bank(2, *FIRST[:2], *SECOND[:3])) == Status("violated", 1)
    assert (
        judged(rule, query(1, "bank_balance", *({f: "null" if f == "PIN" else "1"} for f in FIRST))).at == 0
    )
    assert judged(rule, HOTEL_BOOK) == NA


def test_a_bank_query_does_not_carry_the_second_set_on_top_of_the_first() -> None:
    rule = "S_MIN_CREDENTIALS"
    assert judged(rule, bank(1, *SECOND, "AccountNumber")) == OK
    assert judged(rule, bank(1, *FIRST), bank(2, *FIRST, "SecurityAnswer1")) == Status("violated", 1)
    assert judged(rule, HOTEL_BOOK) == NA


def test_account_number_and_pin_are_asked_for_first() -> None:
    rule = "S_PRIMARY_AUTH_FIRST"
    account, pin, birth = (
        agent(1, "bank_ask_account_number"),
        agent(2, "bank_ask_pin"),
        agent(3, "bank_ask_dob"),
    )
    assert judged(rule, pin, account, birth) == OK
    assert judged(rule, account, birth, agent(4, "bank_ask_pin")) == Status("violated", 1)
    assert judged(rule, account, pin) == NA


@pytest.mark.parametrize(
    ("rule", "api", "act", "accepted"),
    [
        ("S_BALANCE_AFTER_AUTH", "bank_balance", "bank_inform_balance", {"BankBalance": 12}),
        (
            "S_FRAUD_AFTER_AUTH",
            "bank_fraud_report",
            "bank_inform_fraud_report_submitted",
            {"Confirmation": "Fraud report submitted successfully."},
        ),
    ],
)
def test_the_bank_tells_only_after_it_accepted(
    rule: str, api: str, act: str, accepted: dict[str, object]
) -> None:
    refused = answer(api, Message="You must provide either")
    assert judged(rule, query(1, api), answer(api, **accepted), agent(5, act)) == OK
    assert judged(rule, query(1, api), refused, agent(5, act)) == Status("violated", 2)
    assert judged(rule, query(1, api), refused) == NA


def test_the_agent_answers_in_time_after_the_first_unanswered_turn() -> None:
    late = [agent(0), customer(10), customer(50), agent(71), customer(80), agent(300)]
    assert judged("S_REPLY_WITHIN_60S", *late) == Status("violated", 1)
    assert judged("S_REPLY_WITHIN_120S", *late) == Status("violated", 4)
    assert judged("S_REPLY_WITHIN_60S", customer(10), agent(70)) == OK
    assert judged("S_REPLY_WITHIN_60S", agent(0)) == NA


def test_a_customer_who_leaves_before_the_time_is_up_was_not_kept_waiting() -> None:
    gone = {"Agent": "User", "Action": "complete", "UnixTime": 60}
    assert judged("S_REPLY_WITHIN_60S", customer(10), gone) == NA
    assert judged("S_REPLY_WITHIN_60S", customer(10), {**gone, "UnixTime": 90}) == Status("violated", 0)


def test_words_alone_know_no_act() -> None:
    asked = {**agent(20, "custom", "Shall I book it for you?")}
    assert JUDGE.judge([HOTEL_CHECK, asked, YES, HOTEL_BOOK])["S_CONFIRM_YES"].status == "violated"
    assert WORDS.judge([HOTEL_CHECK, asked, YES, HOTEL_BOOK])["S_CONFIRM_YES"] == OK
    assert WORDS.judge([HOTEL_CHECK, ASK, YES, HOTEL_BOOK])["S_CONFIRM_YES"] == Status("violated", 3)
    assert WORDS.judge([DONE])["S_CLAIM_BACKED"] == Status("violated", 0)


def test_phrases_are_measured_against_the_acts() -> None:
    asked = agent(20, "hotel_ask_confirm_booking", "Shall I book it for you?")
    table = list(measured([[asked, YES, HOTEL_BOOK], [asked, customer(30, "It rains here."), HOTEL_BOOK]]))
    assert [line.split()[:4] for line in table[1:]] == [
        ["ask_to_confirm", "2", "2", "2"],
        ["customer_yes", "2", "1", "1"],
        ["success_claim", "0", "0", "0"],
    ]


@pytest.mark.data
def test_two_hundred_real_dialogues_are_judged_without_a_doubt() -> None:
    folder = Path(os.environ.get("CLEARLINE_DATA", ROOT.parent / "shared" / "data"))
    file = folder / "star" / "dialogues.jsonl.xz"
    if not file.exists():
        pytest.skip(f"STAR is not at {file}; set CLEARLINE_DATA")
    rows = list(islice(json_lines(file), 200))
    found = [(row, JUDGE.judge(row["Events"])) for row in rows]
    assert {one.status for _, rules in found for one in rules.values()} == {"ok", "violated", "na"}
    for row, rules in found:
        for rule, one in rules.items():
            assert (one.at is not None) == (one.status == "violated")
            if one.at is not None and rule.endswith("BOOK"):
                assert row["Events"][one.at]["Action"] == "query"
