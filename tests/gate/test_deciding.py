"""Decisions that are written: what counts, who is asked, and what the log holds of it."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from tests.gate.conftest import HOUR, NOBODY, NOON, OREGON, Ask, Tell, agent, attempt, contact
from tests.record.conftest import proofs_hold

from clearline.engine.events import SECOND, Event, Instant
from clearline.engine.monitor import in_order, replay
from clearline.evidence.models import Entry
from clearline.gate.actions.deciding import LoggedGate
from clearline.gate.actions.placing import Placing, Told
from clearline.gate.actions.placing import tell as placing
from clearline.gate.attempts import Answer
from clearline.gate.attempts import Decision as Told_
from clearline.gate.entries import opening
from clearline.gate.models import Decision
from clearline.record.models import EventOn, Finding, Timeline
from clearline.record.watching import Watches, stored
from clearline.seal.commitments import check


def _attempts_on(kind: str, name: str) -> int:
    on = EventOn.objects.filter(timeline__kind=kind, timeline__subject=name)
    return on.filter(event__type="call.placed").count()


def answers(found: Sequence[Any]) -> list[str]:
    return [one.decision.answer.value for one in found]


def test_who_is_clear_may_be_called_and_the_attempt_counts_at_once(ask: Ask, tell: Tell) -> None:
    tell([agent("a-1")])
    (answer,) = ask(attempt(call="c-1", campaign="k", agent="a-1"))
    assert answer.decision.answer is Answer.ALLOW
    assert answer.state == "reserved"
    (reserved,) = stored(Timeline.objects.get(kind="contact", subject=f"tel:{OREGON}"))
    assert reserved.data["decision"] == answer.decision.uid
    assert reserved.data["in_hours"] is True
    for kind, name in (("call", "c-1"), ("campaign", "k"), ("agent", "a-1")):
        assert _attempts_on(kind, name) == 1


def test_the_log_holds_each_answer_and_its_row_opens_it(ask: Ask) -> None:
    allowed, denied = ask(attempt(), attempt("not a number"))
    for answer in (allowed, denied):
        row = Decision.objects.get(uid=answer.decision.uid)
        entry = Entry.objects.get(index=answer.entry)
        opened = opening(row)
        assert opened
        assert (entry.kind, entry.actor) == ("decision", "token-1")
        check(bytes(entry.commitment), opened.key, opened.payload)
        assert msgspec.json.decode(opened.payload, type=Told_) == answer.decision
    proofs_hold()


def test_the_fourth_call_of_three_is_not_allowed_even_in_one_batch(ask: Ask) -> None:
    found = ask(*[attempt()] * 5)
    assert answers(found) == ["allow"] * 3 + ["not before"] * 2
    assert found[3].decision.not_before == NOON + 24 * HOUR + 1
    later = ask(attempt(), at=NOON + HOUR)
    assert answers(later) == ["not before"]


def test_what_is_reserved_a_second_ahead_counts_for_the_others_of_its_batch(ask: Ask, tell: Tell) -> None:
    tell([contact("k-1"), contact("k-2", "+15035550188")])
    tell([Event("o", "order.placed", NOON + SECOND, {}, {"contact": "k-2"})])
    found = ask(attempt(contact="k-2"), attempt(), attempt(), attempt())
    assert answers(found) == ["allow"] * 3 + ["not before"]


@pytest.mark.parametrize(
    ("kind", "name"), [("contact", "k-1"), ("campaign", "k"), ("agent", "a-1"), ("organisation", "shop")]
)
def test_nothing_is_allowed_in_the_time_to_come(ask: Ask, tell: Tell, kind: str, name: str) -> None:
    tell([contact(), agent("a-1")])
    one = attempt(campaign="k", agent="a-1")
    yesterday = NOON - 24 * HOUR + 240 * SECOND
    told = {"decision": "d", "purpose": "marketing", "places": ["US-OR"]}
    tell([Event(f"p-{n}", "call.placed", yesterday, told, {"contact": "k-1"}) for n in range(3)])
    tell([Event("o", "note.written", NOON + 299 * SECOND, {}, {kind: name})])
    for asks in (True, False):
        (early,) = ask(one, check=asks)
        assert early.state == ("checked" if asks else "refused")
        assert (early.decision.answer, early.decision.not_before) == (Answer.NOT_BEFORE, NOON + 299 * SECOND)
        assert early.decision.reasons[0].title == "The record is ahead of the clock"
    assert _attempts_on("contact", "k-1") == 3
    assert answers(ask(one, at=NOON + 299 * SECOND)) == ["allow"]


def test_a_day_later_the_first_call_has_left_the_window(ask: Ask, tell: Tell) -> None:
    ask(*[attempt()] * 3)
    tomorrow = {"list": "us-national"}
    tell([Event("l-2", "list.loaded", NOON, tomorrow, {"organisation": "shop"})])
    assert answers(ask(attempt(), at=NOON + 24 * HOUR)) == ["not before"]
    assert answers(ask(attempt(), at=NOON + 24 * HOUR + 1)) == ["allow"]


def test_a_number_rings_everybody_who_has_it(ask: Ask, tell: Tell) -> None:
    tell([contact("k-1"), contact("k-2")])
    tell([Event("d", "dnc.requested", NOON - HOUR, {}, {"contact": "k-2"})])
    (answer,) = ask(attempt(contact="k-1"))
    assert answer.decision.answer is Answer.DENY
    assert answer.decision.reasons[0].rule == "no-marketing-after-opt-out"


def test_a_denial_says_what_would_have_to_happen(ask: Ask, tell: Tell) -> None:
    tell([contact("k-2"), Event("d", "dnc.requested", NOON - HOUR, {}, {"contact": "k-2"})])
    (answer,) = ask(attempt(contact="k-2"))
    (reason,) = [one for one in answer.decision.reasons if one.rule == "no-marketing-after-opt-out"]
    assert reason.lifted == "the person's own consent to such calls, given after that"


def test_calls_to_a_nameless_number_count_for_whoever_has_it_later(ask: Ask, tell: Tell) -> None:
    ask(*[attempt()] * 3)
    tell([contact("k-1")])
    assert answers(ask(attempt(contact="k-1"))) == ["not before"]


def test_calls_count_for_every_contact_of_the_number(ask: Ask, tell: Tell) -> None:
    tell([contact("k-1"), contact("k-2")])
    ask(attempt(contact="k-1"))
    for name in ("k-1", "k-2"):
        assert Timeline.objects.get(kind="contact", subject=name).length == 2


def test_where_a_contact_may_be_comes_from_the_record(ask: Ask, tell: Tell) -> None:
    tell([contact("k-1", places=["US-FL"])])
    late = NOON + 5 * HOUR + HOUR // 2  # 20:30 in Florida, 17:30 in Oregon
    (answer,) = ask(attempt(), at=late)
    assert answer.decision.answer is Answer.NOT_BEFORE
    assert "US-FL" in answer.decision.facts["places"]
    assert "20:30 in America/New_York" in answer.decision.reasons[0].told


def test_a_consent_counts_for_what_it_says_and_no_more(ask: Ask, tell: Tell) -> None:
    given = {"kind": "express_written", "purpose": "marketing", "channel": "call", "number": OREGON}
    given |= {"seller": "Heron", "wording": "Heron may ring me about offers."}
    tell([contact(), Event("c", "consent.given", NOON - HOUR, given, {"contact": "k-1"})])
    (human,) = ask(attempt(seller="Heron"), check=True)
    assert human.decision.facts["consent"] == "written"
    (artificial,) = ask(attempt(voice="ai", seller="Heron"), check=True)
    assert artificial.decision.facts["consent"] == "none"
    assert "artificial-sales-written" in {one.rule for one in artificial.decision.reasons}
    tell([Event("r", "consent.revoked", NOON - SECOND, {}, {"contact": "k-1"})])
    (revoked,) = ask(attempt(), check=True)
    assert revoked.decision.facts["consent"] == "none"


def test_a_check_reserves_nothing_and_may_ask_about_another_day(ask: Ask) -> None:
    night = attempt(at=NOON + 12 * HOUR)
    (answer,) = ask(night, check=True)
    assert (answer.state, answer.decision.answer) == ("checked", Answer.NOT_BEFORE)
    assert not Timeline.objects.filter(kind="contact").exists()


def test_a_check_about_the_past_knows_nothing_of_what_came_after(ask: Ask) -> None:
    ask(*[attempt()] * 3)
    (answer,) = ask(attempt(at=NOON - HOUR), check=True)
    assert answer.decision.answer is Answer.ALLOW


@pytest.mark.parametrize("off", [-600 * SECOND, 600 * SECOND])
def test_a_dialer_whose_clock_is_wrong_is_told_so(ask: Ask, off: int) -> None:
    (answer,) = ask(attempt(at=NOON + off))
    assert answer.decision.answer is Answer.DENY
    assert "clock" in answer.decision.reasons[0].title


@pytest.mark.parametrize("number", ["", "12", "+1 212", "call me", "+" + "1" * 41, "²³"])
def test_what_is_no_number_is_refused_with_its_reason(ask: Ask, number: str) -> None:
    (answer,) = ask(attempt(number))
    assert answer.decision.answer is Answer.DENY
    assert "number" in answer.decision.reasons[0].title


@pytest.mark.parametrize(
    "written", ["503-555-0123", "(503) 555 0123", "+1 503 555 0123 ext. 7", "0015035550123"[2:]]
)
def test_numbers_are_read_in_whatever_way_they_are_written(ask: Ask, written: str) -> None:
    (answer,) = ask(attempt(written), check=True)
    assert answer.decision.number == OREGON


def test_words_that_are_no_purpose_and_no_technology_are_denied_however_long(ask: Ask) -> None:
    (answer,) = ask(attempt(purpose="p" * 128, technology="t" * 128))
    assert answer.decision.answer is Answer.DENY


@pytest.mark.parametrize("purpose", ["service", "collections", "survey", "mixed", "marketing"])
@pytest.mark.parametrize("technology", ["", "carrier pigeon"])
def test_a_call_of_which_nobody_said_how_it_is_placed_may_be_an_artificial_voice(
    ask: Ask, purpose: str, technology: str
) -> None:
    (answer,) = ask(attempt(purpose=purpose, technology=technology))
    assert answer.decision.answer is Answer.DENY
    assert [one.unknown for one in answer.decision.reasons].count("technology") == 1
    assert "technology" not in {one.unknown for one in answer.decision.notes}


def test_a_call_without_a_purpose_is_denied_for_that_once(ask: Ask) -> None:
    (answer,) = ask(attempt(purpose="greeting"))
    assert answer.decision.answer is Answer.DENY
    assert [one.unknown for one in answer.decision.reasons].count("purpose") == 1


def test_the_dialer_says_what_became_of_it(ask: Ask, ready: Watches) -> None:
    first, second = ask(attempt(), attempt())
    placed = Placing(first.decision.uid, "token-1", at=NOON + 3 * SECOND, call="c-7")
    told = placing([placed, Placing(second.decision.uid, "token-1", placed=False)], NOON + 9 * SECOND, ready)
    assert [one.state for one in told] == ["placed", "released"]
    assert placing([placed], NOON + 10 * SECOND, ready) == [Told("placed")]
    (event,) = in_order(stored(Timeline.objects.get(kind="contact", subject=f"tel:{OREGON}")))
    assert (event.at, event.data["placed"], event.subjects["call"]) == (NOON, NOON + 3 * SECOND, "c-7")
    assert answers(ask(attempt(), attempt(), attempt())) == ["allow", "allow", "not before"]
    (both,) = placing([Placing(first.decision.uid, "token-1", placed=False)], NOON, ready)
    assert both.refused
    (nothing,) = placing([Placing("0" * 32, "token-1")], NOON, ready)
    assert nothing == Told(refused="there is no such decision of yours")
    assert not Finding.objects.exists()


def test_a_decision_that_was_used_too_late_was_none(ask: Ask, ready: Watches) -> None:
    (answer,) = ask(attempt())
    (told,) = placing([Placing(answer.decision.uid, "token-1")], NOON + 600 * SECOND, ready)
    assert told.lapsed
    assert Finding.objects.get().rule == "dialled-in-time"


def test_a_call_that_was_dialled_too_late_counts_for_the_next(ask: Ask, ready: Watches) -> None:
    first, *_ = ask(attempt(), attempt(), attempt())
    late = NOON + 600 * SECOND
    placing([Placing(first.decision.uid, "token-1")], late, ready)
    (fourth,) = ask(attempt(), at=late + SECOND)
    assert fourth.decision.answer is Answer.NOT_BEFORE
    assert "oregon-three-a-day" in {one.rule for one in fourth.decision.reasons}


def test_only_who_reserved_says_what_became_of_it_and_only_for_an_hour(ask: Ask, ready: Watches) -> None:
    (answer,) = ask(attempt())
    uid = answer.decision.uid
    for placed in (True, False):
        (foreign,) = placing([Placing(uid, "token-2", placed=placed)], NOON + SECOND, ready)
        assert foreign == Told(refused="there is no such decision of yours")
        (late,) = placing([Placing(uid, "token-1", placed=placed)], NOON + HOUR + 1, ready)
        assert (late.state, late.refused[:34]) == ("reserved", "it was reserved more than an hour ")
    assert answers(ask(attempt(), attempt(), attempt())) == ["allow", "allow", "not before"]
    (own,) = placing([Placing(uid, "token-1", placed=False)], NOON + HOUR, ready)
    assert own.state == "released"


def test_a_zone_that_is_none_stops_nobody_elses_attempt(ask: Ask, tell: Tell) -> None:
    tell([contact("k-1", "+15035550188", zone="Mars/Olympus"), contact("k-2")])
    bad, good, named = ask(attempt("+15035550188"), attempt(), attempt(contact="k-1"))
    assert answers([bad, good, named]) == ["deny", "allow", "deny"]
    assert "'Mars/Olympus' is no time zone" in "; ".join(one.told for one in bad.decision.reasons)
    (service,) = ask(attempt("+15035550188", purpose="service"))
    assert service.decision.answer is Answer.ALLOW


def test_what_a_rule_says_depends_on_what_was_found_out_about_the_number(ask: Ask, tell: Tell) -> None:
    tell([contact()])
    told = {"number": OREGON, "answer": "yes"}
    tell([Event("n", "number.checked", NOON - 40 * 24 * HOUR, told, {"contact": "k-1"})])
    (answer,) = ask(attempt())
    assert answer.decision.reasons[0].rule == "new-owner-of-number"
    tell([Event("m", "number.checked", NOON - HOUR, {**told, "answer": "no"}, {"contact": "k-1"})])
    assert answers(ask(attempt())) == ["allow"]


def test_replay_finds_nothing_on_what_was_allowed(ask: Ask, tell: Tell, ready: Watches) -> None:
    tell([agent("a-1"), contact("k-1", places=["US-FL"]), contact("k-2")])
    for hour in range(0, 30, 3):
        ask(
            attempt(campaign="k", agent="a-1"),
            attempt("+13055550199", campaign="k"),
            attempt(purpose="service"),
            at=NOON + hour * HOUR,
        )
    for timeline in Timeline.objects.filter(kind__in=("contact", "campaign", "agent")):
        program = ready.judging.program(timeline.kind)
        assert program
        for verdict in replay(program, stored(timeline), ready.judging.known):
            assert not verdict.findings, (timeline, verdict.findings)
    assert not Finding.objects.filter(question=False).exists()
    assert Decision.objects.filter(state="reserved").count() > 5


@pytest.mark.parametrize("hours", [0, 24, 31 * 24 - 9, 31 * 24 - 4, 31 * 24, 400 * 24])
def test_what_the_house_said_of_others_is_kept_only_as_long_as_it_holds(
    ready: Watches, tell: Tell, hours: int
) -> None:
    used = LoggedGate(lambda _: NOBODY)

    def same(at: Instant) -> None:
        for number in (OREGON, "+12125550123"):
            for purpose in ("marketing", "service"):
                asked = [attempt(number, purpose=purpose)]
                (kept,) = used.foretell(asked, at, ready)
                (new,) = LoggedGate(lambda _: NOBODY).foretell(asked, at, Watches(lambda: ready.judging))
                assert (kept.answer, kept.reasons, kept.notes) == (new.answer, new.reasons, new.notes)

    later = NOON + hours * HOUR
    for at in (NOON, later, NOON, later + HOUR):
        same(at)
    tell([Event("l-2", "list.loaded", NOON - HOUR, {"list": "us-national"}, {"organisation": "shop"})])
    for at in (later, NOON):
        same(at)
