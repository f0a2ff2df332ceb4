"""Decisions in packs, in the check of the log, and in an erasure."""

from pathlib import Path

import pytest
from django.db.models import F
from tests.characters import cast
from tests.gate.conftest import HOUR, NOON, OREGON, Ask, Tell, attempt, contact

from clearline.engine.events import SECOND
from clearline.evidence.clearline_verify import Asked, verify
from clearline.evidence.exporting import Order, export
from clearline.evidence.keys import open_keys
from clearline.evidence.models import Entry
from clearline.gate import room
from clearline.gate.models import Decision
from clearline.record import checking, openings
from clearline.record.judging import Judging
from clearline.record.models import Contact, Timeline
from clearline.record.rights.erasing import erased


@pytest.mark.parametrize(
    ("what", "name", "found"), [("contact", "k-1", 1), ("campaign", "k", 2), ("all", "", 3)]
)
def test_a_pack_opens_the_decisions_that_it_is_about(
    ask: Ask, tell: Tell, tmp_path: Path, what: str, name: str, found: int
) -> None:
    tell([contact("k-1"), contact("k-2", "+15035550124")])
    ask(attempt(contact="k-1", campaign="k"), attempt("+15035550124", campaign="k"), attempt("none"))
    keys = open_keys(tmp_path / "keys", "shop.example/log")
    pack = tmp_path / "pack"
    export(Order(openings.chosen(what, name), pack, zipped=False, actor="house"), keys, NOON, lambda one: one)
    assert verify(pack, Asked(NOON // SECOND, str(keys.signer.verifier))).faults == []
    decisions = set(Decision.objects.values_list("entry", flat=True))
    opened = {one.entry for one in openings.chosen(what, name).openings(10_000)}
    assert len(opened & decisions) == found


def test_what_was_changed_behind_the_gates_back_is_found(ask: Ask) -> None:
    allowed, refused = ask(attempt(), attempt("none"))
    assert list(checking.faults()) == []
    Decision.objects.filter(entry=refused.entry).update(answer="allow")
    assert list(room.faults()) == [
        f"entry {refused.entry}: the row of its decision says something else than its content"
    ]
    Decision.objects.filter(entry=allowed.entry).update(asked=F("asked") + 1)
    assert f"entry {allowed.entry}: the row of its decision names another time" in next(room.faults())
    Decision.objects.filter(entry=allowed.entry).delete()
    assert f"entry {allowed.entry}: its decision is not in the record" in set(room.faults())


def test_an_erased_contact_leaves_no_word_in_decisions_and_is_not_called_again(
    ask: Ask, tell: Tell, shop: Judging
) -> None:
    ask(attempt())  # nobody knew whose number it was
    tell([contact("k-1", places=["EU-DE"])])
    ask(attempt("+4930901820", contact="k-1"), attempt(), attempt(contact="k-1", voice="ai"))
    alice = cast().alice
    later = NOON + 6 * 366 * 24 * HOUR
    erased(alice, Contact.objects.get(subject="k-1"), shop.rulebook, ("EU-DE",), later)
    assert not Decision.objects.exclude(body=None, secret=None, number="", contact="").exists()
    assert not Timeline.objects.filter(subject__contains=OREGON).exists()
    assert list(checking.faults()) == []
    (answer,) = ask(attempt(), at=later + HOUR)
    assert "objected" in {one.rule for one in answer.decision.reasons}
    assert Entry.objects.filter(kind="decision").count() == 5
