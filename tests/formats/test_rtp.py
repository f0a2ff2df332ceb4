"""Packets of sound find their places, whatever the network did to them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.formats.rtp import DEPTH, RATE, Packet, Piece, Track, packet_of

CODECS = {0: "mulaw", 8: "alaw", 13: "noise", 101: "keys"}
SIZE = 160


def packet(
    number: int, *, at: int | None = None, source: int = 7, kind: int = 0, payload: bytes = b""
) -> Packet:
    clock = number * SIZE if at is None else at
    return Packet(kind, number & 0xFFFF, clock & 0xFFFF_FFFF, source, payload or bytes([number % 251]) * SIZE)


def heard(packets: list[Packet], first: int = 0) -> tuple[Track, list[Piece]]:
    """As they come, one each 20 ms."""
    track, told = Track(CODECS), list[Piece]()
    for n, one in enumerate(packets, 1):
        told += track.hear(one, first + n * SIZE)
    return track, told + track.rest()


@given(st.permutations(range(DEPTH)), st.integers(0, 70_000))
def test_packets_that_overtake_each_other_are_put_in_order(order: list[int], start: int) -> None:
    numbers = [start, *(start + 1 + one for one in order), start + 1 + DEPTH]
    _, told = heard([packet(one) for one in numbers])
    assert [piece.payload[0] for piece in told] == [one % 251 for one in sorted(numbers)]
    assert [piece.start for piece in told] == [n * SIZE for n in range(len(numbers))]


@given(st.sets(st.integers(1, 98)), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1))
def test_what_is_lost_is_silence_of_its_length(lost: set[int], number: int, clock: int) -> None:
    sent = [n for n in range(100) if n not in lost]
    track, told = heard([packet(number + n, at=clock + n * SIZE) for n in sent])
    assert [piece.start for piece in told] == [n * SIZE for n in sent]
    assert track.lost == len(lost)


def test_what_comes_twice_counts_once_and_what_comes_late_goes_to_its_place() -> None:
    sent = [0, 1, 1, 3, 4, 5, 6, 7, 8, 9, 2, 2, 10]
    track, told = heard([packet(n) for n in sent])
    assert sorted((piece.start // SIZE, piece.late) for piece in told) == [(n, n == 2) for n in range(11)]
    assert track.lost == 0


def test_a_sender_that_begins_anew_is_placed_by_its_arrival() -> None:
    first = [packet(n) for n in range(10)]
    stranger = packet(500, at=99, source=9)
    _, told = heard(
        [*first, stranger, *(packet(501 + n, at=99 + SIZE * (n + 1), source=9) for n in range(5))]
    )
    assert [piece.start // SIZE for piece in told] == [*range(10), *range(11, 16)]


def test_one_packet_of_a_stranger_takes_nothing_over() -> None:
    _, told = heard([packet(0), packet(700, source=9), packet(1), packet(900, source=9), packet(2)])
    assert len(told) == 3


def test_a_clock_that_jumps_is_set_by_ours() -> None:
    _, told = heard([packet(0), packet(1, at=2**31), packet(2, at=2**31 + SIZE)])
    assert [piece.start for piece in told] == [0, SIZE, 2 * SIZE]


@given(st.lists(st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2))))
def test_no_packet_makes_a_recording_longer_than_the_call(told: list[tuple[int, int, int]]) -> None:
    track = Track(CODECS)
    for n, (number, clock, source) in enumerate(told):
        for piece in track.hear(Packet(0, number, clock, source, b"x" * SIZE), n * SIZE):
            assert 0 <= piece.start <= n * SIZE + 2 * RATE
        assert len(track._held) <= DEPTH + 1


def test_a_key_is_told_once_and_not_which() -> None:
    press = [packet(10 + n, at=1600, kind=101, payload=bytes([5, 10, 0, n])) for n in range(6)]
    again = [packet(16 + n, at=4000, kind=101, payload=bytes([5, 10, 0, n])) for n in range(3)]
    flash = [packet(19, at=5000, kind=101, payload=bytes([16, 10, 0, 0]))]
    _, told = heard([*(packet(n) for n in range(10)), *press, *again, *flash])
    keys = [piece for piece in told if piece.codec == "keys"]
    assert [(piece.start, piece.payload) for piece in keys] == [(1600, b""), (4000, b"")]


def test_a_datagram_is_taken_apart() -> None:
    plain = struct.pack("!BBHII", 0x80, 0x80, 1, 2, 3) + b"abc"
    assert packet_of(plain) == Packet(0, 1, 2, 3, b"abc")
    extended = struct.pack("!BBHIIIHH", 0xB1, 8, 1, 2, 3, 4, 0xBEDE, 1) + b"????abc\0\0\3"
    assert packet_of(extended) == Packet(8, 1, 2, 3, b"abc")


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00\x01" + bytes(20),
        struct.pack("!BBHII", 0x80, 200, 1, 2, 3) + bytes(16),
        struct.pack("!BBHII", 0xA0, 0, 1, 2, 3) + b"\xff",
        struct.pack("!BBHII", 0x80, 0, 1, 2, 3) + bytes(9_000),
    ],
    ids=["nothing", "STUN", "RTCP", "more padding than packet", "a second at once"],
)
def test_what_is_no_packet_of_sound_is_none(datagram: bytes) -> None:
    assert packet_of(datagram) is None


@given(st.binary(max_size=60))
def test_any_datagram_is_a_packet_or_none(datagram: bytes) -> None:
    found = packet_of(b"\x90" + datagram)
    assert found is None or len(found.payload) <= len(datagram)
