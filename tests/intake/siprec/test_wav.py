"""A recording on disk: every piece at its place, G.711 as others read it, and whole also after a kill."""

import wave

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
