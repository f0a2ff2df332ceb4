"""Packs that go out: whole or in part, with content or without, and never half or false ones."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from tests.evidence.conftest import AT, Grow

from clearline.evidence import actions, openings
from clearline.evidence.clearline_verify import Asked, Report, verify
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import BY_PROOF, Order, export
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint, Deed, Entry
from clearline.evidence.openings import Chosen, Opening
from clearline.seal.commitments import commitment

NOW = AT // 1_000_000


def as_it_is(checkpoint: Checkpoint) -> Checkpoint:
    return checkpoint


@dataclass
class House:
    """A log in which some entries have content that is still there."""

    keys: Keys
    folder: Path
    contents: dict[int, Opening]

    def fill(self, count: int) -> None:
        key = bytes(range(32))
        payloads = [f'{{"said":"Grüße {n} \\" \\\\ \\u2028"}}'.encode() for n in range(count)]
        entered = [
            actions.Entered(AT + n, "event", "t-1", commitment(key, p)) for n, p in enumerate(payloads)
        ]
        with transaction.atomic():
            indices = actions.append(entered)
        self.contents |= {
            index: Opening(index, key, payload) for index, payload in zip(indices, payloads, strict=True)
        }

    def part(self, *indices: int) -> Chosen:
        def told(_: int) -> Iterator[Opening]:
            return (self.contents[index] for index in indices if index in self.contents)

        return Chosen("call c-1", told, lambda _: iter(indices))

    def out(self, chosen: Chosen = openings.WHOLE, name: str = "pack", *, zipped: bool = False) -> Path:
        export(Order(chosen, self.folder / name, zipped, "house"), self.keys, AT, as_it_is)
        return self.folder / name


@pytest.fixture
def house(keys: Keys, tmp_path: Path, db: None) -> House:  # noqa: ARG001
    (tmp_path / "out").mkdir()
    return House(keys, tmp_path / "out", {})


def told(path: Path, keys: Keys) -> Report:
    return verify(path, Asked(NOW, str(keys.ring.keys[0])))


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("size", [0, 1, 255, 256, 700])
def test_the_whole_log_goes_out_and_verifies(house: House, size: int, zipped: bool) -> None:
    house.fill(size)
    report = told(house.out(zipped=zipped), house.keys)
    assert report.faults == []
    assert f"{size + 1} entries; {size + 1} are here, 0 of them opened" in report.notes[0]
    assert [path.name for path in house.folder.iterdir()] == ["pack"]


def test_a_part_goes_out_with_its_proofs_and_its_content(house: House) -> None:
    house.fill(600)
    del house.contents[9]  # erased
    pack = house.out(house.part(3, 9, 255, 256, 599))
    report = told(pack, house.keys)
    assert report.faults == []
    assert "601 entries; 5 are here, 4 of them opened" in report.notes[0]
    assert len(list((pack / "proofs").iterdir())) == 5
    lines = (pack / "openings.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["payload"].encode() for line in lines] == [
        house.contents[n].payload for n in (3, 255, 256, 599)
    ]


def test_a_large_part_goes_out_as_the_whole_log_with_only_its_content(house: House) -> None:
    house.fill(BY_PROOF + 300)
    report = told(house.out(house.part(*range(BY_PROOF + 1))), house.keys)
    assert report.faults == []
    assert f"{BY_PROOF + 301} are here, {BY_PROOF + 1} of them opened" in report.notes[0]


def test_an_export_is_an_entry_whose_content_can_be_opened_and_erased(house: House) -> None:
    house.fill(2)
    house.out(house.part(0), "one")
    row = Entry.objects.get(index=2)
    assert (row.kind, row.actor) == ("evidence.exported", "house")
    assert json.loads(bytes(Deed.objects.get().payload or b"")) == {"by": "house", "what": "call c-1"}
    with_deeds = Chosen("all", lambda size: openings.deeds(range(size)))
    report = told(house.out(with_deeds, "two"), house.keys)
    assert "4 are here, 2 of them opened" in report.notes[0]
    actions.forget("call c-1")
    report = told(house.out(with_deeds, "three"), house.keys)
    assert (report.faults, "5 are here, 2 of them opened" in report.notes[0]) == ([], True)


def test_a_new_key_signs_later_packs_and_the_old_one_vouches(house: House) -> None:
    house.fill(3)
    first = house.out(name="before")
    new = actions.rotate(house.keys, "house", AT)
    house.fill(1)
    for pack in (first, house.out(name="after")):  # with keys in hand that are old by now
        assert verify(pack, Asked(NOW, str(house.keys.signer.verifier))).faults == []
    assert verify(house.folder / "after", Asked(NOW, str(new.signer.verifier))).faults == []
    assert "key that you gave" in str(verify(first, Asked(NOW, str(new.signer.verifier))))
    assert Entry.objects.filter(kind="evidence.key_rotated").count() == 1


def test_what_is_there_already_is_left_alone(house: House) -> None:
    (house.folder / "pack").write_text("mine")
    with pytest.raises(EvidenceError, match="already"):
        house.out()
    assert (house.folder / "pack").read_text() == "mine"
    with pytest.raises(EvidenceError, match="nothing can be written"):
        house.out(name="no/such/folder")
    assert not Entry.objects.exists()


def test_a_log_that_was_changed_does_not_go_out(house: House) -> None:
    house.fill(5)
    actions.checkpoint(house.keys, AT)
    Entry.objects.filter(index=3).update(kind="other")
    with pytest.raises(EvidenceError, match="does not verify"):
        house.out(zipped=True)
    assert list(house.folder.iterdir()) == []


def test_content_that_is_too_long_for_a_line_is_named(house: House) -> None:
    house.fill(2)
    long = b'"' + b"x" * 2_000_000 + b'"'
    key = bytes(32)
    with transaction.atomic():
        (index,) = actions.append([actions.Entered(AT, "event", "t-1", commitment(key, long))])
    house.contents[index] = Opening(index, key, long)
    made = export(
        Order(house.part(0, index), house.folder / "pack", False, "house"), house.keys, AT, as_it_is
    )
    assert (made.opened, made.too_long) == (1, [index])
    assert told(house.folder / "pack", house.keys).faults == []


def test_an_archive_is_one_that_others_can_open(house: House) -> None:
    house.fill(3)
    with zipfile.ZipFile(house.out(zipped=True)) as archive:
        assert archive.testzip() is None
        assert {"README.txt", "clearline_verify.py", "manifest", "entries.jsonl"} <= set(archive.namelist())


def test_old_checkpoints_are_thinned_and_growth_is_still_proved(keys: Keys, grow: Grow) -> None:
    hour = actions.HOUR
    for minute in range(0, 300, 10):
        grow(3)
        actions.checkpoint(keys, AT + minute * hour // 60)
    kept = list(Checkpoint.objects.order_by("size").values_list("at", flat=True))
    hours = [(at - AT) // hour for at in kept]
    assert [hours.count(n) for n in range(5)] == [1, 1, 1, 6, 6]
