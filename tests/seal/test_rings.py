"""The keys of a log: each vouches for the next."""

import pytest

from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, WITNESS, SignerKey
from clearline.seal.rings import Ring

FIRST, SECOND, THIRD = (SignerKey("shop.example/log", LOG, bytes([n]) * 32) for n in (1, 2, 3))
RING = Ring.of(FIRST.verifier).rotated(FIRST, SECOND.verifier, 100).rotated(SECOND, THIRD.verifier, 250)


def test_a_ring_is_read_as_it_was_written() -> None:
    assert Ring.parse(str(RING)) == RING
    assert RING.origin == "shop.example/log"
    assert str(Ring.of(FIRST.verifier)) == f"{FIRST.verifier} 0\n"


@pytest.mark.parametrize(
    ("size", "signer"), [(0, FIRST), (99, FIRST), (100, SECOND), (249, SECOND), (10**9, THIRD)]
)
def test_each_key_signs_from_its_size_on(size: int, signer: SignerKey) -> None:
    assert RING.key(size) == signer.verifier


def test_only_the_newest_key_vouches() -> None:
    with pytest.raises(NotVerified, match="newest"):
        RING.rotated(FIRST, THIRD.verifier, 300)


def test_a_key_cannot_be_slipped_in() -> None:
    lines = str(RING).split("\n")
    thief = SignerKey("shop.example/log", LOG, b"\7" * 32)
    stolen = f"{thief.verifier} {' '.join(lines[1].split(' ')[1:])}"
    with pytest.raises(NotVerified):
        Ring.parse(f"{lines[0]}\n{stolen}\n")
    with pytest.raises(NotVerified):
        Ring.parse(f"{lines[0]}\n{lines[2]}\n")
    with pytest.raises(NotVerified):
        Ring.parse(f"{lines[0]}\n{lines[1].replace(' 100 ', ' 101 ')}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        str(RING).removesuffix("\n"),
        f"{FIRST.verifier} 5\n",
        f"{FIRST.verifier}\n",
        f"{FIRST.verifier} 0 \n",
        f"{SignerKey('w', WITNESS, bytes(32)).verifier} 0\n",
        "\n".join(str(RING).split("\n")[1:]),
    ],
)
def test_what_is_no_ring_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Ring.parse(text)


def test_a_key_never_signs_from_an_earlier_size_nor_under_another_name() -> None:
    with pytest.raises(Malformed, match="smaller"):
        RING.rotated(THIRD, SignerKey("shop.example/log", LOG, b"\4" * 32).verifier, 200)
    with pytest.raises(Malformed, match="same name"):
        RING.rotated(THIRD, SignerKey("other.example/log", LOG, b"\4" * 32).verifier, 300)
