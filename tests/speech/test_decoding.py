"""Recordings of all formats become sound; what is wrong with one is said, and nothing is lost in silence."""

import tracemalloc
import zipfile
from contextlib import suppress
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from bench.sounds import FORMATS, tone, written
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.speech.recordings import clicks, gsm, video

from clearline.speech import decoding, probing
from clearline.speech.decoding import opened
from clearline.speech.errors import (
    BadRecording,
    BadTracks,
    Broken,
    EmptyFile,
    NoSoundInside,
    NotHeard,
    NotSound,
    TooLong,
)
from clearline.speech.rates import resampled

AT = (1.0, 2.5, 4.0)


def first_sound(samples: NDArray[np.float32], rate: int) -> list[float]:
    """Seconds at which something begins after at least half a second of nothing."""
    loud = np.flatnonzero(np.abs(samples) > 0.1)
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-rate) > rate / 2)]
    return [float(start / rate) for start in starts]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_heard_with_its_rate_its_channels_and_its_times(name: str) -> None:
    container, codec, rate = FORMATS[name]
    agent = clicks(AT, 6, rate)
    channels = [agent] if name == "AMR" else [agent, clicks((3.0,), 6, rate)]
    recording = opened(written(np.stack(channels), rate, container, codec))
    sound = recording.whole()
    assert (sound.rate, sound.channels) == (rate, len(channels))
    assert sound.seconds == pytest.approx(6, abs=0.2)
    assert recording.about.seconds == pytest.approx(6, abs=0.3)
    late = 0.07 if name == "AAC" else 0.02  # bare AAC does not say how much silence its encoder put before
    assert first_sound(sound.channel(0), rate) == pytest.approx(AT, abs=late + 0.01)
    if len(channels) == 2:
        assert first_sound(sound.channel(1), rate) == pytest.approx([3.0], abs=late + 0.01)
    assert recording.notes == []


def test_gsm_is_heard() -> None:
    recording = opened(gsm(4))
    assert (recording.about.codec, recording.about.rate, recording.about.channels) == ("gsm_ms", 8_000, 1)
    assert recording.whole().seconds == pytest.approx(4, abs=0.05)


def test_a_file_is_what_its_bytes_are_whatever_its_name(tmp_path: Path) -> None:
    container, codec, rate = FORMATS["MP3"]
    path = tmp_path / "call.wav"
    path.write_bytes(written(clicks(AT, 5, rate), rate, container, codec))
    assert opened(path).about.container == "mp3"


def test_metadata_that_a_copy_will_not_carry_is_named_without_its_values() -> None:
    container, codec, rate = FORMATS["MP3"]
    about = opened(written(tone(440, 1, rate), rate, container, codec, title="Dana 555 0100")).about
    assert "title" in about.tags
    assert "Dana" not in repr(about)


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", EmptyFile, "empty"),
        (bytes(5000), NotSound, "zeros"),
        (b"%PDF-1.7 ...", NotSound, "a PDF"),
        (b"Agent: Hello\nCustomer: Hi\n", NotSound, "text"),
        (b"\x1f\x8b\x08" + bytes(range(100)), NotSound, "Unpack it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotSound, "a picture"),
        (np.random.default_rng(2).integers(0, 256, 9000, np.uint8).tobytes(), NotSound, "without a header"),
        (b"#EXTM3U\nfile:///etc/passwd\n", NotSound, "text"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", NotSound, "text"),
        (b"RIFF\x00\x00\x00\x00WAVE", BadRecording, "Export it again"),
    ],
)
def test_what_is_no_recording_is_refused_and_named(data: bytes, error: type[NotHeard], says: str) -> None:
    with pytest.raises(error, match=says):
        opened(data).whole()


def test_an_archive_of_recordings_is_refused_with_what_to_do() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("call.wav", written(tone(440, 1, 8_000), 8_000))
    with pytest.raises(NotSound, match=r"ZIP.*Unpack it"):
        opened(packed.getvalue())


def test_of_a_video_the_sound_is_heard_and_the_rest_is_noted() -> None:
    recording = opened(video(np.stack([clicks(AT, 5, 16_000)] * 2)))
    assert first_sound(recording.whole().channel(0), 16_000) == pytest.approx(AT, abs=0.03)
    assert recording.notes == ["a video: its sound is heard, what it shows is not looked at"]


def test_a_video_without_sound_is_refused() -> None:
    with pytest.raises(NoSoundInside, match="export it with its sound"):
        opened(video(None))


def test_more_than_two_channels_are_heard_each_by_itself() -> None:
    recording = opened(
        written(np.stack([tone(300 + 100 * one, 1, 8_000) for one in range(4)]), 8_000, "wav", "pcm_s16le")
    )
    assert recording.whole().channels == 4
    assert recording.notes == ["4 channels: each is heard by itself"]


def test_a_rate_too_low_for_words_is_refused() -> None:
    with pytest.raises(BadTracks, match="4,000 Hz"):
        opened(written(tone(440, 1, 4_000), 4_000))


@pytest.mark.parametrize("name", ["WAV", "G.711 mu-law", "FLAC", "WebM"])
def test_of_a_file_cut_off_what_is_there_is_heard_and_the_rest_is_counted(name: str) -> None:
    container, codec, rate = FORMATS[name]
    data = written(np.stack([clicks(AT, 10, rate) + tone(80, 10, rate, 0.02)] * 2), rate, container, codec)
    recording = opened(data[: len(data) * 6 // 10])
    sound = recording.whole()
    assert 5 < sound.seconds < 7
    assert first_sound(sound.channel(0), rate) == pytest.approx(AT, abs=0.03)
    assert recording.about.missing == pytest.approx(10 - sound.seconds, abs=0.3)
    assert any(note.startswith("cut off: its header says 10.0 s") for note in recording.notes)


def test_a_file_that_lost_its_index_is_refused_with_the_reason() -> None:
    container, codec, rate = FORMATS["M4A"]
    data = written(clicks(AT, 10, rate), rate, container, codec)
    with pytest.raises(Broken, match="cut off"):
        opened(data[: len(data) // 2])


def test_a_header_that_falls_short_of_its_file_is_not_believed() -> None:
    data = bytearray(written(clicks(AT, 5, 8_000) + tone(80, 5, 8_000, 0.02), 8_000))
    at = data.index(b"data") + 4
    data[at : at + 4] = (800).to_bytes(4, "little")
    recording = opened(bytes(data))
    assert recording.whole().seconds == pytest.approx(5, abs=0.01)
    assert recording.notes == ["its header says 0.1 s, 5.0 s are there: all of it is heard"]


@pytest.mark.parametrize("length", [0, 0xFFFF_FFFF])
def test_a_header_that_was_never_finished_claims_nothing(length: int) -> None:
    data = bytearray(written(clicks(AT, 5, 8_000), 8_000))
    at = data.index(b"data") + 4
    data[at : at + 4] = length.to_bytes(4, "little")
    recording = opened(bytes(data))
    assert recording.about.claimed is None
    assert recording.whole().seconds == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize("name", ["MP3", "FLAC", "Ogg/Opus"])
def test_behind_a_damaged_stretch_the_times_are_still_right(name: str) -> None:
    container, codec, rate = FORMATS[name]
    data = bytearray(written(clicks((1.0, 8.0), 10, rate) + tone(80, 10, rate, 0.02), rate, container, codec))
    middle = len(data) // 2
    noise = np.random.default_rng(3).integers(0, 256, len(data) // 8, np.uint8).tobytes()
    data[middle : middle + len(noise)] = noise
    recording = opened(bytes(data))
    sound = recording.whole()
    starts = first_sound(sound.channel(0), rate)
    assert starts[0] == pytest.approx(1, abs=0.03)
    assert starts[-1] == pytest.approx(8, abs=0.1)
    assert recording.notes


def test_samples_that_are_no_numbers_are_silence_and_counted() -> None:
    samples = tone(440, 1, 16_000)
    data = bytearray(written(samples, 16_000, "wav", "pcm_f32le"))
    data[-40:] = np.array([np.nan, np.inf] * 5, "<f4").tobytes()
    recording = opened(bytes(data))
    assert np.isfinite(recording.whole().samples).all()
    assert recording.notes == ["10 samples are no numbers, and are silence here"]


def test_blocks_give_every_sample_once_and_end_where_it_is_quiet() -> None:
    rate = 8_000
    speech = tone(440, 60, rate)
    for second in (9.6, 19.0, 28.4):
        speech[round(second * rate) : round((second + 0.25) * rate)] = 0
    recording = opened(written(np.stack([speech, speech]), rate))
    blocks = list(recording.blocks(10))
    assert np.array_equal(
        np.concatenate([one.sound.samples for one in blocks], axis=1), recording.whole().samples
    )
    assert max(one.sound.seconds for one in blocks) <= 10
    assert [one.start for one in blocks[1:4]] == pytest.approx([9.7, 19.1, 28.5], abs=0.15)
    assert all(
        one.start == pytest.approx(before.start + before.sound.seconds) for before, one in pairwise(blocks)
    )


def test_memory_holds_a_block_and_not_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(
        written(np.tile(tone(440, 10, 8_000), (2, 180)), 8_000, "wav", "pcm_mulaw")
    )  # half an hour
    recording = opened(path)
    tracemalloc.start()
    seconds = sum(block.sound.seconds for block in recording.blocks(60))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds == pytest.approx(1800)
    assert most < 5 * 60 * 8_000 * 2 * 4  # a few blocks; the recording is thirty of them


def test_more_than_is_held_at_once_is_refused_whole_and_given_in_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "MOST", 8_000 * 5)
    recording = opened(written(tone(440, 10, 8_000), 8_000))
    with pytest.raises(TooLong, match="Take it in blocks"):
        recording.whole()
    assert sum(block.sound.seconds for block in recording.blocks(2)) == 10


def test_a_recording_longer_than_any_call_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LONGEST", 5.0)
    with pytest.raises(TooLong, match="Cut it into its calls"):
        opened(written(tone(440, 10, 8_000), 8_000))


def test_a_name_with_a_number_in_it_does_not_reach_a_message() -> None:
    with pytest.raises(EmptyFile) as caught:
        opened(b"")
    caught.value.name = "call-+15035550100-2026.wav"
    assert "5550100" not in str(caught.value)
    assert str(caught.value).startswith("call-")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_of_any_kind_is_sound_or_an_error_that_says_so(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in FORMATS if name != "AMR"]))
    container, codec, rate = FORMATS[name]
    whole = bytearray(written(tone(440, 1.5, rate), rate, container, codec))
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=8)
    ):
        whole[at] = byte
    cut = data.draw(st.integers(0, len(whole)))
    with suppress(NotHeard):  # anything else is a fault of ours
        sound = opened(bytes(whole[:cut])).whole()
        assert sound.samples.size
        assert np.abs(sound.samples).max() <= 1


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_another_rate_keeps_times_and_tones(rate: int) -> None:
    samples = clicks(AT, 25, rate)
    other = resampled(samples, rate)
    assert len(other) == 25 * 16_000
    assert first_sound(other, 16_000) == pytest.approx(first_sound(samples, rate), abs=0.002)
    heard = resampled(tone(1000, 1, rate), rate)[1600:-1600]
    expected = tone(1000, 1, 16_000)[1600:-1600]
    assert np.abs(heard - expected).max() < 0.003
