"""What comes is sealed on its way to the disk, and opens only whole, with its own key, in its own home."""

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.record.recordings import places
from clearline.record.recordings.sealing import CHUNK, Incoming, UnopenedError, opened, unsealed

SECRET = b"one double four one"


def kept(*blocks: bytes) -> tuple[str, bytes]:
    coming = Incoming(str(uuid.uuid4()))
    for block in blocks:
        coming.take(block)
    coming.end()
    return coming.uid, coming.keep(coming.uid)


@given(
    st.lists(
        st.sampled_from([b"", b"a", SECRET, bytes(CHUNK - 1), bytes(CHUNK), bytes(CHUNK + 1)]), max_size=4
    )
)
def test_it_comes_out_as_it_went_in_however_it_was_cut(blocks: list[bytes]) -> None:
    uid, key = kept(*blocks)
    assert b"".join(unsealed(uid, key)) == b"".join(blocks)
    places.sealed(uid).unlink()


def test_nothing_of_it_stands_on_the_disk_in_the_clear() -> None:
    uid, key = kept(SECRET * 10)
    assert SECRET not in places.sealed(uid).read_bytes()
    assert places.sealed(uid).stat().st_mode & 0o077 == 0
    path = opened(uid, key)
    assert path.read_bytes() == SECRET * 10
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()


def _cut(held: bytes) -> Iterator[bytes]:
    yield held[:-1]
    yield held[: CHUNK + 16]  # whole chunks, and the last one is missing
    yield held[CHUNK + 16 :]
    yield held[CHUNK + 16 : 2 * (CHUNK + 16)] + held[: CHUNK + 16] + held[2 * (CHUNK + 16) :]
    yield bytes([held[0] ^ 1]) + held[1:]
    yield b""


def test_what_was_cut_changed_or_put_in_another_order_does_not_open() -> None:
    uid, key = kept(bytes(CHUNK) + b"\1" * CHUNK + SECRET)
    held = places.sealed(uid).read_bytes()
    for other in _cut(held):
        places.sealed(uid).write_bytes(other)
        with pytest.raises(UnopenedError):
            list(unsealed(uid, key))
    places.sealed(uid).write_bytes(held)
    assert b"".join(unsealed(uid, key)).endswith(SECRET)


def test_the_key_of_another_opens_nothing() -> None:
    (uid, _), (_, other) = kept(SECRET), kept(SECRET)
    with pytest.raises(UnopenedError):
        list(unsealed(uid, other))


def test_what_did_not_come_whole_leaves_nothing() -> None:
    coming = Incoming(str(uuid.uuid4()))
    coming.take(SECRET)
    coming.discard()
    assert not [path for path in places.files() if coming.uid in path.name]
