import re
from datetime import UTC, datetime

import msgspec
import pytest
from tests.reports.conftest import SELLING, Reviewing

from clearline.engine.durations import instant_of
from clearline.formats.reading import read
from clearline.reports.reviewed import Reviewed
from clearline.reports.reviewing import Reviewer
from clearline.rulebook.faults import RulebookError
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

EVENTS = """\
{"specversion":"1.0","id":"1","source":"s","type":"call.started","time":"2026-11-02T10:00:00Z","call":"c1","data":{"places":["US-CA"]}}
{"specversion":"1.0","id":"2","source":"s","type":"order.placed","time":"2026-11-02T10:00:20Z","call":"c1","order":"4242424242424242","data":{"places":["US-CA"]}}
{"specversion":"1.0","id":"3","source":"s","type":"call.ended","time":"2026-11-02T10:01:00Z","call":"c1"}
"""


def line_of(reviewing: Reviewing, text: str, **more: object) -> Reviewed:
    return reviewing(text, **more)[0].line


def test_a_finding_says_the_words_where_they_stand(reviewing: Reviewing) -> None:
    finding = line_of(reviewing, SELLING).findings[0]
    assert finding.rule == "no-pressure-after-opt-out"
    assert finding.place is not None
    assert finding.trigger is not None
    assert finding.place.char_span is not None
    assert finding.place.words == "This offer ends"
    assert finding.trigger.words == "stop calling"
    assert (finding.seconds, finding.severity) == (15.0, "critical")
    assert "0:15" in finding.explanation


def test_no_secret_gets_into_a_line(reviewing: Reviewing) -> None:
    review = reviewing(SELLING, packs=("pci-dss", "opt-out"))[0]
    said = msgspec.json.encode(review).decode()
    assert "4242" not in said
    assert "731" not in said
    assert re.search(r"\[(card number|digits)\]", said)


def test_a_mask_is_quoted_as_a_mask(reviewing: Reviewing) -> None:
    line = line_of(reviewing, "00:00 Agent: Your card is 4242 4242 4242 4242, right?", packs=("pci-dss",))
    assert '"[card number]"' in line.findings[0].explanation


def test_undated_calls_are_put_on_the_date_that_is_given(reviewing: Reviewing) -> None:
    day = instant_of(datetime(2026, 11, 2, tzinfo=UTC))
    line = line_of(reviewing, SELLING, on=day)
    assert line.started == "2026-11-02T00:00:00Z"
    assert line.dated is False


def test_rules_that_are_not_in_force_on_the_day_are_not_judged(reviewing: Reviewing) -> None:
    def rules(year: int) -> set[str]:
        day = instant_of(datetime(year, 6, 1, tzinfo=UTC))
        return {one.rule for one in line_of(reviewing, SELLING, packs=("pci-dss",), on=day).rules}

    assert "no-card-number-while-recording" in rules(2026)
    assert "no-card-number-while-recording" not in rules(2020)


def test_missing_facts_are_named_once_and_known_ones_are_not(reviewing: Reviewing) -> None:
    packs = ("us-telemarketing",)
    waiting = {fact for one in line_of(reviewing, SELLING, packs=packs).rules for fact in one.missing}
    assert {"call.places", "call.direction", "call.purpose"} <= waiting
    facts = {"call": {"places": ["US-OH"], "direction": "outbound", "purpose": "marketing"}}
    told = line_of(reviewing, SELLING, packs=packs, facts=facts)
    assert not any(one.missing for one in told.rules)
    assert "sales-opening-before-pitch" in {one.rule for one in told.findings}


def test_what_is_still_due_after_the_call_is_a_duty(reviewing: Reviewing) -> None:
    line = line_of(reviewing, SELLING)
    assert [duty.rule for duty in line.certain_duties] == ["opt-out-recorded-at-once"]
    assert not line.clean


def test_an_order_in_a_call_is_a_timeline_of_its_own_and_its_id_is_masked(reviewing: Reviewing) -> None:
    call, order = (review.line for review in reviewing(EVENTS, packs=("delivery",)))
    assert (call.kind, call.id) == ("call", "c1")
    assert order.kind == "order"
    assert "4242" not in order.id
    assert "ship-in-time" in {duty.rule for duty in order.duties}


def test_a_file_of_nothing_that_a_rule_speaks_of_gives_no_timeline(rulebook: Rulebook) -> None:
    line = '{"specversion":"1.0","id":"1","source":"s","type":"shelf.filled","time":"2026-11-02T10:00:00Z","shelf":"7"}\n'
    assert list(Reviewer(rulebook).review("x", read(line.encode()))) == []


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(RulebookError, match="Did you mean `opt-out`"):
        Reviewer(load(), packs=["opt-uot"])


def test_a_drawing_holds_every_utterance_masked(reviewing: Reviewing) -> None:
    drawing = reviewing(SELLING)[0].drawing
    assert drawing is not None
    assert len(drawing.events) == SELLING.count("\n") + 3
    assert {bar.rule for bar in drawing.bars} >= {"opt-out-recorded-at-once", "no-pressure-after-opt-out"}
