"""Words become turns, and pieces of a sentence are put together."""

from datetime import UTC, datetime, timedelta, timezone

from clearline.formats.turns import Turn, grouped, instant, joined


def test_a_new_speaker_or_a_long_pause_begins_a_new_turn() -> None:
    turns = grouped(
        [
            ("0", ("Hello", 0.0, 0.4, 0.9)),
            ("0", ("there.", 0.5, 0.9, 0.9)),
            ("1", ("Hi.", 1.0, 1.2, 0.9)),
            ("1", ("Well,", 4.0, 4.2, 0.9)),
        ]
    )
    assert [(turn.text, turn.labels, turn.start, turn.end) for turn in turns] == [
        ("Hello there.", ("0",), 0.0, 0.9),
        ("Hi.", ("1",), 1.0, 1.2),
        ("Well,", ("1",), 4.0, 4.2),
    ]


def test_words_without_times_or_speakers_are_still_turns() -> None:
    (turn,) = grouped([("", ("Hello", None, None, None)), ("", ("there", None, None, None))])
    assert (turn.text, turn.labels, turn.start) == ("Hello there", (), None)


def test_one_breath_of_one_speaker_is_joined_and_each_piece_keeps_its_time() -> None:
    (turn,) = joined([Turn("this call is", ("A",), 0.0, 2.0), Turn("recorded.", ("A",), 2.2, 3.0)])
    assert turn.text == "this call is recorded."
    assert (turn.start, turn.end) == (0.0, 3.0)
    assert turn.words == [("this call is", 0.0, 2.0, None), ("recorded.", 2.2, 3.0, None)]


def test_nothing_is_joined_across_sentences_pauses_speakers_or_strangers() -> None:
    turns = [
        Turn("A sentence.", ("A",), 0.0, 1.0),
        Turn("and then", ("A",), 1.0, 2.0),
        Turn("after a pause", ("A",), 9.0, 10.0),
        Turn("somebody else", ("B",), 10.0, 11.0),
        Turn("who knows", (), 11.0, 12.0),
        Turn("who", (), 12.0, 13.0),
    ]
    assert joined(turns) == turns


def test_joining_stops_somewhere() -> None:
    whole = joined(Turn("word " * 20, ("A",), n, n + 1.0) for n in range(100))
    assert len(whole) > 5


def test_an_instant_is_exact_and_knows_its_zone() -> None:
    assert instant(datetime(2022, 6, 21, 17, 53, 26, 1, tzinfo=UTC)) == 1_655_834_006_000_001
    assert instant(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == 0
    assert instant(datetime(1970, 1, 1, 0, 0, 1)) == 1_000_000  # noqa: DTZ001 - that is the point
