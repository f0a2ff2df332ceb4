"""A recording on disk: every piece at its place, G.711 as others read it, and whole also after a kill."""

import wave
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.intake.siprec.arriving import ARRIVING, WHOLE, About, announce, recovered
from clearline.intake.siprec.wav import Wav, samples_of


@pytest.mark.parametrize("codec", ["mulaw", "alaw"])
def test_g711_is_read_as_ffmpeg_reads_it(codec: str) -> None:
    reader = av.CodecContext.create(f"pcm_{codec}", "r")
    assert isinstance(reader, av.AudioCodecContext)
    reader.sample_rate, reader.layout = 8_000, av.AudioLayout("mono")
    (frame,) = reader.decode(av.Packet(bytes(range(256))))
    assert (frame.to_ndarray()[0] == samples_of(codec, bytes(range(256)))).all()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2_000), st.binary(min_size=1, max_size=200))))
def test_pieces_in_any_order_make_the_sum_of_them(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[int, int, bytes]]
) -> None:
    path, expected = tmp_path_factory.mktemp("wav") / "a.wav", np.zeros((2, 2_200), np.int64)
    wav = Wav(path, 2)
    for channel, start, payload in pieces:
        samples = samples_of("mulaw", payload)
        wav.put(channel, start, samples)
        there = expected[channel, start : start + len(samples)]
        there[:] = np.clip(there + samples, -32768, 32767)
    with wave.open(str(wav.close())) as file:
        told = np.frombuffer(file.readframes(10_000), "<i2").reshape(-1, 2).T
    assert (told == expected[:, : told.shape[1]]).all()
    assert not expected[:, told.shape[1] :].any()


def test_what_was_open_when_the_house_went_down_is_handed_on(tmp_path: Path) -> None:
    path = tmp_path / ARRIVING / "a.wav"
    wav = Wav(path, 2)
    announce(path, About("c-1", "siprec", 5, ("customer", "agent")))
    wav.put(1, 8_000, samples_of("mulaw", bytes(160)))
    with path.with_name("a.wav.part").open("ab") as file:
        file.write(b"\0")  # half a sample, as a kill leaves it
    assert (recovered(tmp_path), recovered(tmp_path)) == (1, 0)
    with wave.open(str(tmp_path / WHOLE / "a.wav")) as told:
        assert (told.getnchannels(), told.getnframes()) == (2, 8_160)
    assert msgspec.json.decode((tmp_path / WHOLE / "a.json").read_bytes())["call"] == "c-1"
