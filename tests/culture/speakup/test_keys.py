"""What a key opens, and that nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.culture.speakup import codes, keys

CHEAP = keys.Cost(1, 8192)


@given(st.binary(max_size=5_000))
def test_what_is_shut_opens_with_its_key_at_its_place_alone(content: bytes) -> None:
    key = keys.new()
    sealed = keys.shut(key, content, "here")
    assert keys.opened(key, sealed, "here") == content
    for other, place in ((keys.new(), "here"), (key, "there")):
        with pytest.raises(keys.ShutError):
            keys.opened(other, sealed, place)
    with pytest.raises(keys.ShutError):
        keys.opened(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "here")


def test_lengths_tell_only_the_size_class() -> None:
    key = keys.new()
    lengths = {len(keys.shut(key, b"x" * size, "here")) for size in (0, 1, 700, 4_088)}
    assert len(lengths) == 1
    assert len(keys.shut(key, b"x" * 4_089, "here")) - lengths.pop() == 60 * keys.KIB
    with pytest.raises(keys.TooLargeError):
        keys.shut(key, b"x" * keys.CLASSES[-1], "here")


def test_a_decoy_looks_like_a_key_and_opens_nothing() -> None:
    made = keys.pair("five words that are long", CHEAP)
    private = keys.unlocked(made, "five words that are long")
    real, fake, key = keys.sealed_to(made.public, keys.new()), keys.decoy(), keys.new()
    assert len(real) == len(fake) == keys.SEALED
    assert keys.unsealed(private, fake) is None
    assert keys.unsealed(private, keys.sealed_to(made.public, key)) == key


def test_a_wrong_passphrase_opens_nothing_and_a_new_one_leaves_the_keys_as_they_are() -> None:
    made = keys.pair("five words that are long", CHEAP)
    private = keys.unlocked(made, "five words that are long")
    with pytest.raises(keys.ShutError):
        keys.unlocked(made, "five words that are  long")
    again = keys.locked_anew(private, "six other words that are long", CHEAP)
    assert again.public == made.public
    assert keys.unlocked(again, "six other words that are long") == private


def test_the_reporters_key_does_not_open_the_handlers_notes() -> None:
    key = keys.new()
    note = keys.shut(keys.of_notes(key), b"for us", "here")
    with pytest.raises(keys.ShutError):
        keys.opened(keys.of_letters(key), note, "here")


def test_a_code_is_read_however_it_is_written() -> None:
    code = codes.new()
    wanted = codes.plain(code)
    written = (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " . "),
        code.replace("0", "O").replace("1", "l"),
    )
    assert {codes.plain(one) for one in written} == {wanted}
    assert len({codes.new() for _ in range(200)}) == 200
    for wrong in ("", code[:-1], code + "7", "$" + code[1:]):
        with pytest.raises(codes.CodeError):
            codes.plain(wrong)


def test_a_receipt_leads_back_to_no_code_and_is_slow_to_guess() -> None:
    assert keys.OF_CODES.memory <= keys.OF_PASSPHRASES.memory
    code = codes.plain(codes.new())
    found = keys.receipt(code, CHEAP)
    assert found == keys.receipt(code, CHEAP)
    assert found.lookup != found.key
    assert found != keys.receipt(codes.plain(codes.new()), CHEAP)
