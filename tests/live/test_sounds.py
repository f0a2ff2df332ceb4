"""Frames of sound come out as they went in, however the socket cuts them."""

from hypothesis import given
from hypothesis import strategies as st

from clearline.live import sounds

PIECES = st.builds(
    sounds.Piece,
    call=st.text(max_size=9),
    by=st.sampled_from(["agent", "customer", "unknown"]),
    at=st.integers(0, 1 << 52),
    encoding=st.sampled_from(["mulaw", "s16le"]),
    rate=st.integers(8_000, 48_000),
    payload=st.binary(max_size=99),
)
ORDERS = st.lists(PIECES | st.builds(sounds.Over, call=st.text(max_size=9)) | st.builds(sounds.Beat))


@given(ORDERS, st.integers(1, 64))
def test_frames_are_whole_wherever_they_are_cut(told: list[sounds.Order], size: int) -> None:
    sent = b"".join(map(sounds.frame, told))
    buffer, heard = bytearray(), list[sounds.Order]()
    for place in range(0, len(sent), size):
        buffer += sent[place : place + size]
        heard += sounds.orders(buffer)
    assert heard == told
    assert not buffer
