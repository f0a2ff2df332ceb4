"""WebVTT and SRT: cues, voices, and what stands beside them."""

import pytest

from clearline.formats.conversation import Conversation
from clearline.formats.errors import BadCue
from clearline.formats.reading import read

VTT = """WEBVTT - a call

STYLE
::cue { color: red }

NOTE
this is not said

intro
00:00.500 --> 00:02.000 align:start line:0%
<v.loud Agent>Good <i>day</i>,
this is <b>Northwind</b> &amp; Co.</v>

01:00:02.250 --> 01:00:03.000
<v Customer>Hello.<v Agent>Hello again.
"""
SRT = "1\r\n00:00:00,500 --> 00:00:02,000\r\n<i>Agent: Good day.</i>\r\n\r\n2\r\n00:00:02,250 --> 00:00:03,000\r\n{\\an8}- Customer: Hello.\r\n"


def said(call: Conversation) -> list[tuple[int, str, str, float]]:
    spoken = [event for event in call.events if event.type == "utterance"]
    return [(event.at, event.data["by"], event.data["text"], event.data["seconds"]) for event in spoken]


def test_webvtt_names_voices_and_keeps_notes_and_styles_out() -> None:
    (call,) = read(VTT.encode())
    assert call.format == "WebVTT"
    assert said(call) == [
        (500_000, "agent", "Good day, this is Northwind & Co.", 1.5),
        (3_602_250_000, "customer", "Hello.", 0.75),
        (3_602_250_000, "agent", "Hello again.", 0.75),
    ]
    assert call.notes == ()


def test_srt_names_speakers_before_a_colon() -> None:
    (call,) = read(SRT.encode())
    assert call.format == "SRT"
    assert said(call) == [(500_000, "agent", "Good day.", 1.5), (2_250_000, "customer", "Hello.", 0.75)]


def test_a_sentence_cut_into_cues_is_one_utterance() -> None:
    (call,) = read(
        b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>This call is\n\n00:02.000 --> 00:03.000\n<v Agent>recorded.\n"
    )
    assert said(call) == [(0, "agent", "This call is recorded.", 3.0)]
    assert call.events[2].data["words"] == [["This call is", 0.0, 2.0], ["recorded.", 2.0, 3.0]]


@pytest.mark.parametrize("times", ["00:00 --> soon", "00:61.000 --> 00:62.000", "--> 00:01.000", "1 --> 2"])
def test_times_that_cannot_be_read_are_told_by_line(times: str) -> None:
    with pytest.raises(BadCue, match="line 4"):
        read(f"WEBVTT\n\nid\n{times}\n<v Agent>Hello.\n".encode())


def test_a_cue_that_ends_before_it_begins_has_no_length() -> None:
    (call,) = read(b"WEBVTT\n\n00:05.000 --> 00:04.000\n<v Agent>Hello.\n")
    assert call.events[2].data == {"by": "agent", "text": "Hello."}
    assert call.notes == ("utterances that end before they begin: their length was left out: 1",)


def test_blocks_without_times_are_counted_and_empty_cues_too() -> None:
    (call,) = read(
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Hello.\n\nlost\n\n00:03.000 --> 00:04.000\n<v Agent>\n"
    )
    assert call.notes == ("blocks without times left out: 1", "utterances without words left out: 1")
