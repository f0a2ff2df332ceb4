"""Checkpoints and cosignatures: the specifications' examples, a real one, and everything that is none."""

import pytest

from clearline.seal.checkpoints import Checkpoint, opened, signed
from clearline.seal.cosignatures import cosignature, cosigned
from clearline.seal.errors import Malformed, NotVerified
from clearline.seal.keys import LOG, WITNESS, SignerKey, verifier_key
from clearline.seal.notes import parse, sign
from clearline.seal.proofs import Growth

# C2SP tlog-cosignature and tlog-witness.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
ASKED = (
    "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n"
)
# A checkpoint of a public log of certificates of May 2026, under the keys of that log and of one of its witnesses.
REAL = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    "— arche2025h1.staging.ct.transparency.dev "
    "ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— remora.n621.de "
    "2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
)
REAL_KEYS = [
    verifier_key(
        "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
    ),
    verifier_key("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"),
]
ORIGIN = "shop.example/log"
LOG_KEY = SignerKey(ORIGIN, LOG, b"\1" * 32)
WITNESS_KEY = SignerKey("witness.example/w1", WITNESS, b"\2" * 32)
HEAD = Checkpoint(ORIGIN, 7, b"\3" * 32)
NOTE = signed(HEAD, LOG_KEY)


def test_the_example_of_the_specification_is_read_and_written_byte_for_byte() -> None:
    note = parse(SOFA.encode())
    head = Checkpoint.parse(note.text)
    assert head[:2] == ("example.com/behind-the-sofa", 20852163)
    assert head.text == note.text
    assert str(note) == SOFA
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147


def test_what_a_witness_is_asked_is_read_and_written_byte_for_byte() -> None:
    growth = Growth.parse((ASKED + SOFA).encode())
    assert (growth.old_size, len(growth.hashes)) == (20852014, 4)
    assert str(growth) == ASKED + SOFA


def test_a_checkpoint_out_of_the_world_holds_with_its_cosignature() -> None:
    told = opened(REAL.encode(), "arche2025h1.staging.ct.transparency.dev", REAL_KEYS)
    assert told.checkpoint.size == 1432088532
    assert told.cosigned == {REAL_KEYS[1]: 0x6A122120}


@pytest.mark.parametrize("key", REAL_KEYS)
def test_a_changed_checkpoint_holds_under_neither_key(key: object) -> None:
    note = parse(REAL.replace("1432088532", "1432088533").encode())
    with pytest.raises(NotVerified):
        note.signed_by([one for one in REAL_KEYS if one == key])


def test_a_witness_says_when_it_saw_the_checkpoint() -> None:
    note = cosigned(NOTE, cosignature(NOTE, WITNESS_KEY, 1679315147))
    told = opened(str(note).encode(), ORIGIN, [LOG_KEY.verifier, WITNESS_KEY.verifier])
    assert told.cosigned == {WITNESS_KEY.verifier: 1679315147}
    assert told.checkpoint == HEAD


def test_a_newer_cosignature_takes_the_place_of_the_older() -> None:
    once = cosigned(NOTE, cosignature(NOTE, WITNESS_KEY, 5))
    twice = cosigned(once, cosignature(once, WITNESS_KEY, 6))
    assert len(twice.signatures) == 2
    assert opened(str(twice).encode(), ORIGIN, [LOG_KEY.verifier, WITNESS_KEY.verifier]).cosigned == {
        WITNESS_KEY.verifier: 6
    }


def test_a_cosignature_of_another_time_does_not_hold() -> None:
    line = cosignature(NOTE, WITNESS_KEY, 5)
    later = line._replace(signature=(6).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(NotVerified, match=r"witness\.example"):
        cosigned(NOTE, later).signed_by([WITNESS_KEY.verifier])


def test_only_a_witness_cosigns_and_only_checkpoints() -> None:
    with pytest.raises(ValueError, match="witness"):
        cosignature(NOTE, LOG_KEY, 5)
    with pytest.raises(Malformed):
        cosignature(sign("a note\n", LOG_KEY), WITNESS_KEY, 5)


def test_a_checkpoint_of_another_log_or_by_a_witness_alone_is_refused() -> None:
    with pytest.raises(NotVerified, match="another log"):
        opened(str(NOTE).encode(), "other.example/log", [LOG_KEY.verifier])
    note = cosigned(NOTE, cosignature(NOTE, WITNESS_KEY, 5))
    with pytest.raises(NotVerified, match="log itself"):
        opened(str(note).encode(), ORIGIN, [WITNESS_KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n٣\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
        "a\n1\n\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_extension_lines_are_kept_and_never_empty() -> None:
    head = HEAD._replace(extensions=("more",))
    assert Checkpoint.parse(head.text) == head
    with pytest.raises(Malformed):
        signed(HEAD._replace(extensions=("",)), LOG_KEY)
    with pytest.raises(Malformed):
        signed(HEAD._replace(origin="two\nlines"), LOG_KEY)
