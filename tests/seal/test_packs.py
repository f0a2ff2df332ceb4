"""The manifest and the archive of a pack."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearline.seal.errors import OutOfRange
from clearline.seal.keys import LOG, SignerKey
from clearline.seal.packs import Listed, Member, archive, manifest

KEY = SignerKey("shop.example/log", LOG, b"\1" * 32)
paths = st.from_regex(r"[a-z]{1,8}(/[a-z0-9.]{1,8}){0,2}", fullmatch=True)


def test_a_manifest_lists_files_in_order_and_is_signed() -> None:
    note = manifest(KEY, 3, 40, [Listed("b", 2, b"\2" * 32), Listed("a", 1, b"\1" * 32)])
    assert note.text == (f"clearline/pack/v1\nshop.example/log\n3 of 40\n{'01' * 32} 1 a\n{'02' * 32} 2 b\n")
    assert list(note.signed_by([KEY.verifier])) == [KEY.verifier]


@given(st.dictionaries(paths, st.binary(max_size=200), max_size=8))
def test_any_unzipper_reads_the_archive(files: dict[str, bytes]) -> None:
    data = b"".join(archive(Member(path, len(one), zlib.crc32(one), [one]) for path, one in files.items()))
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == files


def test_an_archive_that_cannot_be_told_is_refused() -> None:
    with pytest.raises(OutOfRange, match="folder"):
        list(archive([Member("a", 1 << 32, 0, [])]))
