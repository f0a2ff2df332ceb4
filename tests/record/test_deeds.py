"""Every kind of entry that the house writes: it is described, goes out in packs, and is opened by a key of its own."""

import json
import re
from pathlib import Path

import pytest
from tests.characters import AT, Cast
from tests.record.conftest import LATER, Take
from tests.record.house import everything

from clearline.engine.events import SECOND
from clearline.evidence.clearline_verify import Asked, verify
from clearline.evidence.errors import EvidenceError
from clearline.evidence.exporting import Exported, Order, export
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Entry
from clearline.people.models import Act
from clearline.record import openings
from clearline.record.judging import Judging
from clearline.record.models import ShopAnswers

FORMAT = Path(__file__).parents[2] / "docs/evidence-format.md"
NOW = AT + SECOND


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "keys", "shop.example/log")


@pytest.fixture
def people(take: Take, keys: Keys, shop: Judging) -> Cast:
    return everything(take, keys, shop.rulebook)


def out(what: str, name: str, keys: Keys, path: Path) -> tuple[Exported, list[dict[str, str]]]:
    """A verified pack: what was made, and its openings."""
    order = Order(openings.chosen(what, name), path, zipped=False, actor="house")
    made = export(order, keys, NOW, lambda one: one)
    assert verify(path, Asked(NOW // SECOND, str(keys.ring.keys[0]))).faults == []
    return made, [json.loads(line) for line in (path / "openings.jsonl").read_text("utf-8").splitlines()]


def forgotten() -> set[int]:
    """Entries about somebody who left and was forgotten."""
    return set(Act.objects.filter(what="").values_list("index", flat=True))


@pytest.mark.usefixtures("people")
def test_every_kind_of_entry_is_described() -> None:
    told = FORMAT.read_text("utf-8").partition("what opens it\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", told, re.MULTILINE)
    described = {kind for row in rows for kind in re.findall(r"`([a-z_.]+)`", row)}
    assert set(Entry.objects.values_list("kind", flat=True)) == described


@pytest.mark.usefixtures("people")
def test_all_that_was_not_forgotten_is_opened_each_by_its_own_key(keys: Keys, tmp_path: Path) -> None:
    made, opened = out("all", "", keys, tmp_path / "pack")
    assert len(forgotten()) == 1
    assert {int(one["index"]) for one in opened} == set(range(made.size)) - forgotten()
    assert len({one["key"] for one in opened}) == len(opened)


@pytest.mark.usefixtures("people")
def test_a_period_opens_what_was_done_in_it(keys: Keys, tmp_path: Path) -> None:
    made, opened = out("since", str(LATER + 1), keys, tmp_path / "pack")
    entered = set(Entry.objects.filter(at__gt=LATER).values_list("index", flat=True))
    assert {int(one["index"]) for one in opened} == entered - forgotten()
    assert made.entries == len(entered) < made.size


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("name", "done"),
    [("c-1", {"hold.placed", "hold.released"}), ("c-3", {"retention.deleted", "erasure.deleted"})],
)
def test_a_call_goes_out_with_its_holds_and_deletions(
    keys: Keys, tmp_path: Path, name: str, done: set[str]
) -> None:
    made, opened = out("call", name, keys, tmp_path / "pack")
    kinds = set(
        Entry.objects.filter(index__in=[one["index"] for one in opened]).values_list("kind", flat=True)
    )
    assert kinds - {"event", "finding.raised", "finding.withdrawn"} == done
    assert made.opened == made.entries


@pytest.mark.usefixtures("people")
def test_a_row_that_says_something_else_does_not_go_out(keys: Keys, tmp_path: Path) -> None:
    ShopAnswers.objects.update(answers={"home": ["US-NY"]})
    with pytest.raises(EvidenceError, match="clearline evidence check"):
        out("all", "", keys, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()
