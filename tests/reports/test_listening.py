"""A recording becomes a conversation whose speakers, times and pauses are those of the sound."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.speech.scripted import RATE, Scripted, noise
from tests.speech.spoken import call

from clearline.engine.entities import START
from clearline.engine.events import UNHEARD
from clearline.engine.storing import storable
from clearline.formats.conversation import conversation
from clearline.reports.listening import Listened, hidden, listen, muted
from clearline.reports.masked import MaskedTalk
from clearline.speech.channels import AGENT_FIRST, CUSTOMER_FIRST, Speaker
from clearline.speech.decoding import opened
from clearline.speech.muting import write
from clearline.speech.recognising import Phrase, Told
from clearline.speech.sound import Samples, Sound, Span

AGENT = "thank you for calling this call may be recorded how can i help you"
CUSTOMER = "i would like to return my order i ordered a lamp my order never arrived"
CARD = "five one zero five one zero five one zero five one zero five one zero zero"


def listened(path: Path, sound: Sound, lines: Sequence[tuple[int, float, str]], *who: Speaker) -> Listened:
    write(sound, path)
    return listen(opened(path), Scripted(sound, lines), who)


def shown(told: Listened) -> list[str]:
    """All words of the transcript as a report shows them."""
    talk = MaskedTalk(conversation("recording", told.transcript, {}).events)
    texts = [str(talk.event(event).data.get("text", "")) for event in talk.events]
    return " ".join(texts).split()


def speakers(told: Listened) -> list[str]:
    events = conversation("recording", told.transcript, {}).events
    return [event.data["by"] for event in events if event.type == "utterance"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.wav"


def test_who_speaks_on_which_channel_is_told_by_what_is_said(path: Path) -> None:
    told = listened(path, noise(30), [(1, 1, AGENT), (0, 12, CUSTOMER)])
    assert told.speakers == CUSTOMER_FIRST
    assert speakers(told) == ["agent", "customer"]


def test_swapped_channels_are_noticed_and_told(path: Path) -> None:
    told = listened(path, noise(30), [(1, 1, AGENT), (0, 12, CUSTOMER)], *AGENT_FIRST)
    assert told.speakers == CUSTOMER_FIRST
    assert any("swapped" in note for note in told.transcript.notes)


def test_where_words_do_not_tell_what_was_expected_stands(path: Path) -> None:
    told = listened(path, noise(10), [(0, 1, "yes"), (1, 3, "no")], *AGENT_FIRST)
    assert speakers(told) == ["agent", "customer"]


def test_where_nothing_tells_nobody_is_taken_for_the_agent(path: Path) -> None:
    told = listened(path, noise(10), [(0, 1, "yes"), (1, 3, "no")])
    assert speakers(told) == ["unknown", "unknown"]


def test_speakers_of_one_channel_are_not_guessed(path: Path) -> None:
    told = listened(path, noise(30, channels=1), [(0, 1, AGENT), (0, 12, CUSTOMER)], *AGENT_FIRST)
    assert speakers(told) == ["unknown", "unknown"]
    assert any("not separated" in note for note in told.transcript.notes)


def test_who_is_expected_may_be_fewer_or_more_than_the_channels(path: Path) -> None:
    talk = [(0, 1, "yes"), (1, 3, "no")]
    assert listened(path, noise(10), talk, "agent").speakers == ("agent", "unknown")
    path.unlink()
    told = listened(path, noise(10), talk, "agent", "customer", "unknown")
    assert told.speakers == AGENT_FIRST


def test_of_three_channels_each_is_heard(path: Path) -> None:
    told = listened(path, noise(10, channels=3), [(0, 1, "yes"), (2, 3, "no")], *AGENT_FIRST)
    assert told.speakers == ("agent", "customer", "unknown")


def test_digits_that_were_misheard_stand_in_no_transcript(path: Path) -> None:
    pieces = ["nine eight seven five", "one zero five one", "zero five one zero"]
    talk = [(1, 1.0, "what is the card number")]
    talk += [(0, 5.0 + 4 * number, piece) for number, piece in enumerate(pieces)]
    told = listened(path, noise(30), talk)
    assert [len(one.text.split()) for one in told.transcript.turns[1:]] == [4, 4, 4]
    assert not {*" ".join(pieces).split()}.intersection(shown(told))


def test_a_card_and_a_code_stand_in_no_transcript_that_is_shown_or_stored(path: Path) -> None:
    talk = [
        (1, 1.0, "what is the card number"),
        (0, 5.0, CARD),
        (1, 15.0, "and the security code"),
        (0, 18.0, "three one seven"),
    ]
    told = listened(path, noise(30), talk)
    assert not {"five", "one", "zero", "three", "seven"}.intersection(shown(told))
    listener = START
    for event in conversation("recording", told.transcript, {}).events:
        stored, listener = storable(event, listener)
        assert not {"five", "one", "zero", "three", "seven"}.intersection(str(stored.data).split())


def test_a_pause_of_the_recorder_is_an_event_and_one_to_the_end_was_never_resumed(path: Path) -> None:
    sound = noise(20)
    sound.samples[:, 5 * RATE : 8 * RATE] = 0
    sound.samples[:, 17 * RATE :] = 0
    told = listened(path, sound, [(0, 1, "hello")])
    happened = [
        (one.type, round(one.start, 2))
        for one in told.transcript.happenings
        if one.type.startswith("recording.")
    ]
    assert happened == [
        ("recording.started", 0.0),
        ("recording.paused", 5.0),
        ("recording.resumed", 8.0),
        ("recording.paused", 17.0),
    ]


def test_which_keys_were_pressed_is_told_nowhere(path: Path) -> None:
    sound = noise(10)
    time = np.arange(RATE // 10) / RATE
    tone = (np.sin(2 * np.pi * 770 * time) + np.sin(2 * np.pi * 1336 * time)) / 5  # the five
    for number in range(4):
        at = (2 + number) * RATE
        sound.samples[0, at : at + len(time)] = tone
    told = listened(path, sound, [(0, 0.5, "hello")])
    pressed = [one for one in told.transcript.happenings if one.type == "key.pressed"]
    assert [round(one.start) for one in pressed] == [2, 3, 4, 5]
    assert all(one.data == {"by": "unknown"} for one in pressed)
    assert len(told.keys[0]) == 4


def test_of_a_mono_recording_in_two_channels_one_is_heard(path: Path) -> None:
    one = noise(10, channels=1)
    told = listened(
        path, Sound(np.repeat(one.samples, 2, axis=0).astype(np.float32), RATE), [(0, 1, "hello")]
    )
    assert told.sound.channels == 1
    assert any("hold the same" in note for note in told.transcript.notes)


def test_what_is_muted_says_of_which_kind_it_was(path: Path) -> None:
    told = listened(path, noise(30), [(1, 1, "what is the card number"), (0, 5, CARD)])
    done = muted(told, Scripted(told.sound, [(1, 1, "what is the card number"), (0, 5, CARD)]))
    assert done.released
    ((channel, span, kind),) = hidden(done)
    assert (channel, kind) == (0, "payment_card")
    assert span.start < 5 < 5 + 8 * 0.9 < span.end
    assert isinstance(span, Span)


def test_a_long_silence_and_hold_music_are_told(path: Path) -> None:
    sound = Sound(noise(40).samples / np.float32(4), RATE)
    time = np.arange(12 * RATE) / RATE
    sound.samples[:, 20 * RATE : 32 * RATE] += (0.1 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    told = listened(path, sound, [(0, 1, "hello")])
    told_of = [
        (one.type, round(one.start), round(one.data["seconds"])) for one in told.transcript.happenings[1:]
    ]
    assert told_of == [("silence", 0, 20), ("music", 20, 12)]


class Doubtful(Scripted):
    """Trusts nothing that it hears in one stretch."""

    def hear(self, samples: Samples, rate: int, told: Told | None = None) -> list[Phrase]:
        return [
            Phrase(
                tuple(replace(word, sure=0.0 if 12 <= word.start < 15 else word.sure) for word in one.words)
            )
            for one in super().hear(samples, rate, told)
        ]


def test_where_the_recogniser_trusts_nothing_somebody_spoke_unheard(path: Path) -> None:
    sound = noise(30)
    write(sound, path)
    told = listen(opened(path), Doubtful(sound, [(1, 1, AGENT), (0, 12, CUSTOMER)]))
    (lost,) = [one for one in told.transcript.happenings if one.type == UNHEARD]
    assert 12 <= lost.start < 12.5
    assert lost.data["by"] == "customer"
    assert 2 < lost.data["seconds"] <= 3.5


def test_a_recording_in_which_no_word_was_understood_is_a_call_all_the_same(path: Path) -> None:
    sound = call()
    write(sound, path)
    told = listen(opened(path), Scripted(sound, []))
    events = conversation("recording", told.transcript, {}).events
    assert {one.type for one in events} >= {"call.started", "call.answered", UNHEARD, "call.ended"}
    assert sum(one.data["seconds"] for one in events if one.type == UNHEARD) > 10
