"""What opens the log's entries: of a call, a contact, a finding, a period, or all that is still there."""

import json
from pathlib import Path

import pytest
from tests.characters import cast
from tests.record.conftest import LATER, Take, call

from clearline.engine.events import SECOND
from clearline.evidence.clearline_verify import Asked, verify
from clearline.evidence.errors import NotThere
from clearline.evidence.exporting import Exported, Order, export
from clearline.evidence.keys import Keys, open_keys
from clearline.evidence.models import Entry
from clearline.evidence.openings import Chosen
from clearline.record import models, openings

SILENT = (
    '0 call.started direction=inbound purpose=order places=["US-CA"] recorded=true',
    "1 recording.started",
    "2 call.answered",
    "5 agent: Thank you for calling Northwind, how can I help?",
    "9 customer: My card is 4111 1111 1111 1111.",
    "80 call.ended",
)
pytestmark = pytest.mark.usefixtures("calls")


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return open_keys(tmp_path / "keys", "shop.example/log")


@pytest.fixture
def calls(take: Take) -> None:
    take(call(*SILENT, name="c-1", contact="k-1", agent="a-1"))
    take(call(*SILENT, name="c-2", contact="k-1", agent="a-9"))
    take(call(*SILENT, name="c-3", contact="k-3", agent="a-9"), at=LATER + SECOND)


def out(chosen: Chosen, keys: Keys, path: Path) -> tuple[Exported, list[dict[str, str]]]:
    made = export(Order(chosen, path, zipped=False, actor="house"), keys, LATER + SECOND, lambda one: one)
    report = verify(path, Asked(LATER // SECOND, str(keys.signer.verifier)))
    assert report.faults == []
    file = path / "openings.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return made, [json.loads(json.loads(line)["payload"]) for line in lines if '"payload":"{' in line]


def subjects(told: list[dict[str, str]]) -> set[str]:
    return {event["subjects"]["call"] for event in told if "subjects" in event}  # type: ignore[index]


@pytest.mark.parametrize(
    ("what", "name", "found"),
    [
        ("call", "c-1", {"c-1"}),
        ("contact", "k-1", {"c-1", "c-2"}),
        ("since", str(LATER + SECOND), {"c-3"}),
        ("all", "", {"c-1", "c-2", "c-3"}),
        ("log", "", set()),
    ],
)
def test_a_part_has_its_own_content_and_no_other(
    keys: Keys, tmp_path: Path, what: str, name: str, found: set[str]
) -> None:
    made, told = out(openings.chosen(what, name), keys, tmp_path / "pack")
    assert subjects(told) == found
    assert made.opened >= len(told)
    everything = "".join(file.read_text() for file in (tmp_path / "pack").rglob("*.jsonl"))
    assert "4111 1111" not in everything


def test_a_finding_goes_out_with_the_events_of_its_call(keys: Keys, tmp_path: Path) -> None:
    row = models.Finding.objects.filter(timeline__subject="c-2").first()
    assert row
    made, told = out(openings.chosen("finding", row.uid), keys, tmp_path / "pack")
    assert subjects(told) == {"c-2"}
    assert row.rule in {one.get("rule") for one in told}
    assert made.entries == len(SILENT) + 1


def test_what_was_erased_is_there_without_content(keys: Keys, tmp_path: Path) -> None:
    models.Event.objects.filter(owner__contact__subject="k-1").update(body=None)
    models.Finding.objects.filter(timeline__contact__subject="k-1").update(body=None)
    models.Timeline.objects.filter(contact__subject="k-1").update(secret=None, erased=LATER)
    made, told = out(openings.chosen("contact", "k-1"), keys, tmp_path / "pack")
    assert told == []
    assert made.entries >= 2 * len(SILENT)


def test_what_is_not_there_is_said() -> None:
    for what in ("call", "contact", "finding", "order"):
        with pytest.raises(NotThere, match=f"there is no {what} x"):
            openings.chosen(what, "x")


def test_somebody_may_know_of_the_entries_within_their_reach() -> None:
    people = cast()
    seen = {one.name: set(Entry.objects.filter(openings.seen_by(one))) for one in people}
    everything = set(Entry.objects.all())
    assert all(seen[name] == everything for name in ("Alice", "Bob", "Anna", "Audrey", "Max"))
    events = {name: {one.index for one in some if one.kind == "event"} for name, some in seen.items()}
    assert events["Ada"] == set(range(len(SILENT)))  # those of c-1
    assert len(events["Charlie"]) == 2 * len(SILENT)
    assert not seen["Ada"] & seen["Charlie"]
    for one in people:
        assert set(Entry.objects.filter(openings.seen_by(one, singly=True))) == seen[one.name]
