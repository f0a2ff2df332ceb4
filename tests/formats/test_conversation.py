"""Turns become the events of a call, and notes say what was lost."""

import pytest

from clearline.engine.events import SECOND, UTTERANCE, Event
from clearline.formats.conversation import Conversation, conversation
from clearline.formats.errors import BadTime, Excluded
from clearline.formats.turns import Happening, Transcript, Turn


def made(*turns: Turn, **told: object) -> Conversation:
    return conversation("test", Transcript(list(turns), **told), {})  # type: ignore[arg-type]


def said(whole: Conversation) -> list[Event]:
    return [event for event in whole.events if event.type == UTTERANCE]


def test_a_call_starts_is_spoken_and_ends_with_its_last_words() -> None:
    whole = made(
        Turn("Hello.", ("agent",), 0.0, 1.5),
        Turn("Hi.", ("customer",), 2.0, 2.25),
        call="c-1",
        about={"language": "en"},
    )
    assert [(event.id, event.type, event.at) for event in whole.events] == [
        ("0", "call.started", 0),
        ("answered", "call.answered", 0),
        ("1", "utterance", 0),
        ("2", "utterance", 2 * SECOND),
        ("3", "call.ended", 2_250_000),
    ]
    assert whole.events[0].data == {"language": "en"}
    assert said(whole)[0].data == {"by": "agent", "text": "Hello.", "seconds": 1.5}
    assert {event.subjects["call"] for event in whole.events} == {"c-1"}
    assert list(whole.events) == sorted(whole.events, key=lambda event: event.order)
    assert (whole.notes, whole.dated) == ((), False)


def test_without_times_utterances_stand_a_second_apart() -> None:
    whole = made(Turn("a", ("agent",)), Turn("b", ("agent",)))
    assert [event.at for event in whole.events] == [0, 0, 0, SECOND, 2 * SECOND]
    assert whole.events[0].data == {"timed": False}
    assert whole.notes == ("no times: utterances were placed one second apart",)


def test_a_turn_without_a_time_follows_the_one_before() -> None:
    whole = made(Turn("a", ("agent",), 3.0, 4.0), Turn("b", ("agent",)))
    assert [event.at for event in said(whole)] == [3 * SECOND, 4 * SECOND]
    assert whole.notes == ("utterances without a time, placed after the one before: 1",)


def test_turns_out_of_order_are_sorted_and_keep_their_number() -> None:
    whole = made(Turn("late", ("agent",), 9.0, 9.5), Turn("early", ("agent",), 1.0, 1.5))
    assert [(event.id, event.data["text"]) for event in said(whole)] == [("2", "early"), ("1", "late")]
    assert whole.notes == ("utterances did not stand in order of time and were sorted",)


def test_overlapping_speech_ends_with_the_longest() -> None:
    whole = made(Turn("long", ("agent",), 0.0, 9.0), Turn("short", ("customer",), 1.0, 2.0))
    assert whole.events[-1].at == 9 * SECOND


def test_real_dates_are_counted_from_the_start_of_the_call() -> None:
    whole = made(Turn("a", ("agent",), 1.0, 2.0), origin=1_655_834_006_000_000)
    assert [event.at for event in whole.events] == [
        1_655_834_006_000_000,
        1_655_834_007_000_000,
        1_655_834_007_000_000,
        1_655_834_008_000_000,
    ]
    assert whole.dated


def test_happenings_stand_among_what_was_said() -> None:
    whole = made(Turn("a", ("agent",), 0.0, 9.0), happenings=[Happening("call.held", 3.0, {"party": 1})])
    assert [event.type for event in whole.events] == [
        "call.started",
        "call.answered",
        "utterance",
        "call.held",
        "call.ended",
    ]
    assert len({event.id for event in whole.events}) == 5


def test_words_are_timed_from_their_utterance() -> None:
    whole = made(Turn("a b", ("agent",), 10.0, 11.0, [("a", 10.0, 10.25, 0.5), ("b", 10.5, 11.0, None)]))
    assert said(whole)[0].data["words"] == [["a", 0.0, 0.25, 0.5], ["b", 0.5, 1.0, None]]


def test_an_utterance_begins_with_its_first_word() -> None:
    whole = made(Turn("a", ("agent",), 1.0, 2.0, [("a", 0.75, 1.5, None)]))
    assert said(whole)[0].at == 750_000
    assert said(whole)[0].data["words"] == [["a", 0.0, 0.75]]


def test_no_word_is_dropped_for_want_of_a_time() -> None:
    words = [("a", 1.0, 1.5, None), ("b", None, None, None), ("c", 9.0, 8.0, None), ("d", 2.0, 2.5, None)]
    whole = made(Turn("a b c d", ("agent",), 1.0, 3.0, words))  # type: ignore[arg-type]
    assert said(whole)[0].data["words"] == [["a", 0, 0.5], ["b", 0.5, 0.5], ["c", 0.5, 0.5], ["d", 1.0, 1.5]]
    assert whole.notes == (
        "words without times, placed after the word before: 1",
        "words with impossible times, placed after the word before: 1",
    )


@pytest.mark.parametrize("start", [-0.001, 1e300, float("nan"), float("inf")])
def test_it_refuses_speech_at_impossible_times(start: float) -> None:
    with pytest.raises(BadTime, match="utterance 2"):
        made(Turn("a", (), 0.0), Turn("b", (), start))


@pytest.mark.parametrize("end", [0.5, float("nan"), float("inf")])
def test_an_impossible_end_is_left_out_and_noted(end: float) -> None:
    whole = made(Turn("a", ("agent",), 1.0, end))
    assert "seconds" not in said(whole)[0].data
    assert whole.notes == ("utterances that end before they begin: their length was left out: 1",)


def test_a_confidence_is_kept_where_it_is_one() -> None:
    whole = made(
        Turn("a", ("agent",), 0.0, 1.0, confidence=0.75), Turn("b", ("agent",), 1.0, 2.0, confidence=75)
    )
    assert [event.data.get("confidence") for event in said(whole)] == [0.75, None]
    assert whole.notes == ("confidences outside 0 to 1 left out: 1",)


def test_control_characters_and_silent_turns_are_taken_out_and_counted() -> None:
    whole = made(Turn("a\x00b", ("agent",), 0.0, 1.0), Turn(" \x07", ("agent",), 1.0, 2.0))
    assert [event.data["text"] for event in said(whole)] == ["ab"]
    assert whole.notes == (
        "control characters taken out of the text: 2",
        "utterances without words left out: 1",
    )


def test_strangers_are_noted_by_name_without_long_numbers() -> None:
    whole = made(Turn("a", ("Dana",), 0.0, 1.0), Turn("b", ("+1 555 010 9999",), 1.0, 2.0))
    assert whole.notes == ("it is not known who these are, agent or customer: Dana, +•••",)
    assert made(Turn("a", (), 0.0, 1.0)).notes == ("speakers are not named",)


def test_a_call_without_words_is_excluded() -> None:
    with pytest.raises(Excluded, match="holds no words"):
        made(Turn("", ("agent",), 0.0, 1.0))
