"""Signed notes and their keys: the published examples byte for byte, and nothing malformed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, WITNESS, SignerKey, signer_key, verifier_key
from clearline.seal.notes import Note, parse, sign

# Go's documentation of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCHS = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
NOTE = f"{TEXT}\n{PETERS}"
# C2SP signed-note.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOOS = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SALVATORE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)


def signers(note: str, *keys: str) -> list[str]:
    return [key.name for key in parse(note.encode()).signed_by(map(verifier_key, keys))]


def test_the_reference_key_signs_the_reference_note_byte_for_byte() -> None:
    signer = signer_key(PETERS_SECRET)
    assert str(signer.verifier) == PETER
    assert signer.secret() == PETERS_SECRET
    assert str(sign(TEXT, signer)) == NOTE


@pytest.mark.parametrize("key", [PETER, ENOCH, FOO])
def test_a_published_key_is_written_as_it_was_read(key: str) -> None:
    assert str(verifier_key(key)) == key


def test_published_notes_hold_under_their_keys() -> None:
    assert signers(NOTE, PETER) == ["PeterNeumann"]
    assert signers(FOOS, FOO) == ["example.com/foo"]
    assert signers(NOTE + ENOCHS, ENOCH, PETER) == ["PeterNeumann", "EnochRoot"]


@pytest.mark.parametrize("note", [NOTE, NOTE + ENOCHS, FOOS, SALVATORE])
def test_a_note_is_written_as_it_was_read(note: str) -> None:
    assert str(parse(note.encode())) == note


def test_a_text_may_have_empty_lines() -> None:
    assert parse(SALVATORE.encode()).text.endswith("di sole:\n\ned è subito sera.\n")


def test_unknown_signatures_are_passed_over() -> None:
    assert signers(NOTE + ENOCHS, PETER) == ["PeterNeumann"]
    with pytest.raises(NotVerified, match="no known key"):
        signers(NOTE, ENOCH)
    with pytest.raises(NotVerified, match="no known key"):
        signers(NOTE)


def test_one_bad_signature_of_a_known_key_refuses_the_whole_note() -> None:
    bad = ENOCHS.replace("WWd1RvMc", "WWd1RvMd")
    assert signers(NOTE + bad, PETER) == ["PeterNeumann"]
    with pytest.raises(NotVerified, match="EnochRoot"):
        signers(NOTE + bad, PETER, ENOCH)


def test_another_text_is_refused() -> None:
    with pytest.raises(NotVerified):
        signers(NOTE.replace("your problem is", "my problem is"), PETER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        TEXT.encode(),
        f"{TEXT}\n".encode(),
        NOTE.removesuffix("\n").encode(),
        b"\x01" + NOTE.encode(),
        b"\xff" + NOTE.encode(),
        NOTE.replace("\n", "\r\n").encode(),
        NOTE.replace("— PeterNeumann", "— Bad Name").encode(),
        NOTE.replace("— PeterNeumann", "— Bad+Name").encode(),
        NOTE.replace("— PeterNeumann", "- PeterNeumann").encode(),
        NOTE.replace("— PeterNeumann", "—").encode(),
        NOTE.replace("— PeterNeumann", "— Peter\N{NO-BREAK SPACE}Neumann").encode(),
        f"{NOTE}An unexpected line.\n".encode(),
        NOTE.replace("JnAM=", "JnAM").encode(),
        NOTE.replace("JnAM=", "JnAN=").encode(),
        f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
        (NOTE + PETERS * 100).encode(),
        b"a\n" * 500_000 + NOTE.encode(),
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    try:
        note = parse(data)
    except Malformed:
        return
    assert str(note).encode() == data


@given(st.integers(0, len(NOTE.encode()) * 8 - 1))
def test_no_bit_of_a_note_can_be_turned(bit: int) -> None:
    data = bytearray(NOTE.encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, NotVerified)):
        parse(bytes(data)).signed_by([verifier_key(PETER)])


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n"])
def test_what_could_not_be_read_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign(text, signer_key(PETERS_SECRET))


@pytest.mark.parametrize("start", range(0, len(PETER), 7))
def test_a_piece_of_a_key_is_no_key(start: int) -> None:
    for end in range(start + 1, len(PETER) + 1):
        if (start, end) != (0, len(PETER)):
            with pytest.raises(Malformed):
                verifier_key(PETER[start:end])


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("Peter", "Pe ter"),
        f"{PETER}\n",
    ],
)
def test_a_mangled_key_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        verifier_key(key)


@pytest.mark.parametrize(
    "key", [PETER, PETERS_SECRET[:-4], PETERS_SECRET.replace("c74f20a3", "c74f20a4"), "PRIVATE+KEY+"]
)
def test_a_mangled_secret_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(Malformed) as refused:
        signer_key(key)
    assert "AYEKFALV" not in str(refused.value)


def test_a_secret_does_not_show_itself() -> None:
    assert "81" + "0a1402" not in repr(signer_key(PETERS_SECRET))
    assert "seed" not in repr(signer_key(PETERS_SECRET))


def test_a_log_signs_without_a_time_and_a_witness_with_one() -> None:
    with pytest.raises(ValueError, match="without a time"):
        SignerKey("w", WITNESS, bytes(32)).sign(TEXT)
    with pytest.raises(ValueError, match="without a time"):
        SignerKey("l", LOG, bytes(32)).sign(TEXT, at=1)
    with pytest.raises(ValueError, match="Unix second"):
        SignerKey("w", WITNESS, bytes(32)).sign(TEXT, at=-1)


def test_a_note_without_signatures_is_signed_by_nobody() -> None:
    with pytest.raises(NotVerified):
        Note(TEXT, ()).signed_by([verifier_key(PETER)])
