"""The shop is the same for the same seed, whatever is asked first, and lives at a human pace."""

import hashlib
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import pairwise

import msgspec
import pytest

from clearline.cli.shop.contacts import DAY, HOUR
from clearline.cli.shop.shop import BUSY, SIZES, Shop, generate
from clearline.cli.shop.staff import staff, workers
from clearline.cli.shop.stories import SPAN, tell
from clearline.cli.shop.truth import Batch
from clearline.engine.events import SECOND, UTTERANCE, Event, Instant

UNTIL: Instant = 20_780 * DAY + 19 * HOUR
FICTION = (  # ranges that regulators keep for fiction
    r"\+1\d{3}55501\d\d",
    r"\+44(7700900\d{3}|1134960\d{3}|1314960\d{3}|2079460\d{3})",
    r"\+49(3023125\d{3}|6990009\d{3}|4066969\d{3}|8999998\d{3}|17139200\d\d)",
    r"\+33(19900|46571|63998)\d{4}",
    r"\+468465004\d\d",
)
PRINTED = """
import hashlib, msgspec
from clearline.cli.shop.shop import generate
batches = list(generate(3, days=3, agents=8, calls_a_day=20, until={until}))
print(hashlib.sha256(msgspec.json.encode(batches)).hexdigest())
"""


def shop(seed: int = 3, days: int = 14) -> Shop:
    return Shop(seed, days=days, agents=8, calls_a_day=40, until=UNTIL)


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    return list(generate(3, days=14, agents=8, calls_a_day=40, until=UNTIL))


@pytest.fixture(scope="module")
def calls(batches: list[Batch]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for batch in batches:
        for event in batch.events:
            if "call" in event.subjects:
                found[event.subjects["call"]].append(event)
    return found


def test_it_is_the_same_to_the_byte_in_another_process() -> None:
    here = list(generate(3, days=3, agents=8, calls_a_day=20, until=UNTIL))
    digest = hashlib.sha256(msgspec.json.encode(here)).hexdigest()
    for hash_seed in ("0", "4711"):
        told = subprocess.run(
            [sys.executable, "-c", PRINTED.format(until=UNTIL)],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        )
        assert told.stdout.strip() == digest


def test_another_seed_is_another_shop(batches: list[Batch]) -> None:
    assert shop(4).day(shop().last).events != batches[-1].events


def test_a_day_is_the_same_whatever_was_asked_before(batches: list[Batch]) -> None:
    other = shop()
    for day in reversed(other.days()):
        assert other.day(day) == batches[1 + day - other.first]
    assert other.opening() == batches[0]


def test_today_and_last_week_come_first_and_no_day_is_left_out() -> None:
    one = shop(days=21)
    days = one.newest_first()
    assert days[:8] == list(range(one.last - 7, one.last + 1))
    assert days[8:15] == list(range(one.last - 14, one.last - 7))
    assert sorted(days) == list(one.days())


def test_an_event_is_told_once_and_nothing_is_told_of_the_future(batches: list[Batch]) -> None:
    ids = Counter(event.id for batch in batches for event in batch.events)
    assert {name for name, count in ids.items() if count > 1} == set()
    assert max(event.at for batch in batches for event in batch.events) <= UNTIL


def test_events_of_a_day_are_in_order_and_of_that_day_or_the_night_after(batches: list[Batch]) -> None:
    one = shop()
    for day, batch in zip(one.days(), batches[1:], strict=True):
        assert batch.events == sorted(batch.events, key=lambda event: event.order)
        assert all(day * DAY <= event.at < day * DAY + DAY + 6 * HOUR for event in batch.events)


def test_no_tale_outlives_the_days_that_are_looked_back() -> None:
    for short in (False, True):
        tales = [tell(1, 20_000, number, short=short) for number in range(1900)]
        times = [deed.at for tale in tales for deed in tale.deeds] + [
            plan.at for tale in tales for plan in tale.plans
        ]
        days = [at // DAY - 20_000 for at in times]
        assert (min(days), max(days) <= SPAN) == (0, True)


def test_a_call_begins_is_spoken_and_ends(calls: dict[str, list[Event]]) -> None:
    for events in calls.values():
        types = [event.type for event in events]
        assert types[0] == "call.started"
        assert types.count("call.ended") == 1
        assert set(types[types.index("call.ended") + 1 :]) <= {"dnc.added", "withdrawal.received"}


def test_people_speak_one_after_the_other_at_a_human_pace(calls: dict[str, list[Event]]) -> None:
    paces = []
    for events in calls.values():
        said = [event for event in events if event.type == UTTERANCE]
        for event, after in pairwise(said):
            assert event.at + round(event.data["seconds"] * SECOND) <= after.at
        paces += [len(event.data["text"].split()) / event.data["seconds"] for event in said]
    assert max(paces) < 4.5
    assert 1.8 < sum(paces) / len(paces) < 3.2


def test_most_talks_are_neither_short_nor_endless(calls: dict[str, list[Event]]) -> None:
    lengths = [
        sum(event.type == UTTERANCE for event in events)
        for events in calls.values()
        if events[0].data["topic"] != "no-answer"
    ]
    assert max(lengths) <= 30
    assert sum(length >= 7 for length in lengths) > 0.9 * len(lengths)


def test_nobody_takes_two_calls_at_once(calls: dict[str, list[Event]]) -> None:
    times = defaultdict(list)
    for events in calls.values():
        ended = next(event.at for event in events if event.type == "call.ended")
        if events[0].data["agent_kind"] == "human":
            times[events[0].data["agent"]].append((events[0].at, ended))
    for spans in times.values():
        spans.sort()
        assert all(first[1] < second[0] for first, second in pairwise(spans))


def test_numbers_are_of_ranges_that_are_kept_for_fiction(calls: dict[str, list[Event]]) -> None:
    numbers = {events[0].data["number"] for events in calls.values()}
    assert [one for one in numbers if not any(re.fullmatch(fiction, one) for fiction in FICTION)] == []


def test_secrets_stand_in_the_words_of_their_utterance(batches: list[Batch]) -> None:
    events = {event.id: event for batch in batches for event in batch.events}
    secrets = [secret for batch in batches for secret in batch.secrets]
    assert {secret.kind for secret in secrets} == {"payment_card", "security_code"}
    assert all(secret.said in events[secret.event].data["text"] for secret in secrets)


def test_the_third_agent_gets_better_and_the_last_one_is_new() -> None:
    agents = staff(8, 28)
    assert agents[2].share(20) > 5 * agents[2].share(21)
    assert agents[-2].since == 14
    assert agents[-1].kind == "ai"


def test_a_busy_day_stands_out(batches: list[Batch]) -> None:
    counts = [batch.calls for batch in batches[1:]]
    usual = sorted(counts)[len(counts) // 2]
    assert counts[-1 - BUSY] > 1.5 * usual


def test_everybody_who_may_log_in_has_a_role_and_an_address_of_nobody() -> None:
    people = workers(8)
    assert Counter(one.role for one in people) == {
        "agent": 7,
        "supervisor": 2,
        "officer": 1,
        "analyst": 1,
        "auditor": 1,
        "administrator": 1,
    }
    assert all(one.email.endswith("@example.com") for one in people)
    assert len({one.email for one in workers(120)}) == len(workers(120))


def test_a_year_has_half_a_million_short_calls() -> None:
    one = Shop(1, until=UNTIL, **SIZES["year"])
    day = one.day(one.first + 100)
    lengths = Counter(event.subjects["call"] for event in day.events if "call" in event.subjects)
    usual = sorted(lengths.values())
    assert usual[len(usual) // 10] >= 3
    assert usual[-1] <= 9
    assert SIZES["year"]["calls_a_day"] * 365 == pytest.approx(500_000, rel=0.01)
