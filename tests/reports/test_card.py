import pytest
from tests.reports.conftest import SELLING, Reviewing

from clearline.reports.card import Card


@pytest.fixture
def card(reviewing: Reviewing) -> Card:
    return Card(1, reviewing(SELLING, packs=("opt-out", "us-telemarketing"))[0], {})


def test_the_words_of_a_finding_are_pieces_of_their_own(card: Card) -> None:
    row = next(row for row in card.rows() if row.time == "0:15")
    assert [piece.text for piece in row.pieces if piece.findings] == ["This offer ends"]
    assert "".join(piece.text for piece in row.pieces).startswith("This offer ends tonight.")


def test_every_finding_leads_to_a_row_that_is_there(card: Card) -> None:
    rows = {row.id for row in card.rows()}
    assert card.findings
    assert all(one.row in rows for one in card.findings)


def test_what_was_left_undone_stands_in_the_talk_at_its_deadline(reviewing: Reviewing) -> None:
    events = """\
{"specversion":"1.0","id":"1","source":"s","type":"call.started","time":"2026-11-02T10:00:00Z","call":"c"}
{"specversion":"1.0","id":"2","source":"s","type":"call.held","time":"2026-11-02T10:00:10Z","call":"c"}
{"specversion":"1.0","id":"3","source":"s","type":"call.ended","time":"2026-11-02T10:02:00Z","call":"c"}
"""
    card = Card(1, reviewing(events, packs=("shop-policy",))[0], {})
    assert [(row.what, row.time) for row in card.rows()] == [
        ("event", "0:00"), ("event", "0:10"), ("missed", "0:40"), ("event", "2:00"),
    ]  # fmt: skip
    (lane,) = card.lanes()
    assert lane.boxes[0].kind == "due missed"
    assert (lane.boxes[0].x, lane.boxes[0].width) == (8.33, 25.0)
    assert [(dot.kind, dot.x) for dot in lane.dots] == [("breach", 33.33)]
    assert "missed at 0:40" in lane.told


def test_a_duty_that_runs_beyond_the_call_ends_at_its_edge(card: Card) -> None:
    lane = next(lane for lane in card.lanes() if lane.name == "opt-out-recorded-at-once")
    assert lane.boxes[0].kind == "due still"
    assert lane.boxes[0].x + lane.boxes[0].width == pytest.approx(100)


def test_rules_that_wait_for_facts_have_no_lane(card: Card) -> None:
    waiting = {one.rule for one in card.line.rules if one.missing}
    assert waiting
    assert waiting.isdisjoint(lane.name for lane in card.lanes())


def test_each_speaker_has_a_lane_and_the_scale_few_marks(card: Card) -> None:
    assert [lane.name for lane in card.voices()] == ["agent", "customer", "events"]
    assert 2 <= len(card.ticks()) <= 7


def test_rows_whose_ids_look_alike_once_masked_are_told_apart_by_their_time(reviewing: Reviewing) -> None:
    line = '{"specversion":"1.0","id":"17900000000000%02d","source":"s","type":"%s","time":"2026-11-02T10:00:%02dZ","call":"c"%s}\n'
    said = ',"data":{"by":"%s","text":"%s"}'
    events = "".join(
        [
            line % (1, "call.started", 0, ""),
            line % (2, "utterance", 5, said % ("customer", "Put me on your do not call list.")),
            line % (3, "utterance", 10, said % ("agent", "This offer ends tonight, last chance!")),
            line % (4, "call.ended", 20, ""),
        ]
    )
    card = Card(1, reviewing(events, packs=("opt-out", "us-telemarketing"))[0], {})
    rows = [row.id for row in card.rows()]
    assert len(set(rows)) == len(rows)
    marked = {row.id for row in card.rows() for piece in row.pieces if piece.findings}
    assert marked == {one.row for one in card.findings if one.finding.place is not None}
    assert marked <= {"c1-e1", "c1-e2"}
    assert marked
