"""The pages of evidence: what they show to whom, and that a browser comes to the same root."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from tests.browsing import PASSWORD, Console
from tests.characters import AT, Cast, cast, logged_in
from tests.evidence.conftest import Grow

from clearline.evidence import actions, pages, queries
from clearline.evidence.clearline_verify import Asked, verify
from clearline.evidence.keys import Keys
from clearline.evidence.models import Checkpoint, Entry
from clearline.people.models import Person, Role
from clearline.seal import merkle
from clearline.seal.notes import parse
from clearline.seal.proofs import Receipt

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001
    return cast()


@pytest.fixture
def house() -> Keys:
    """The keys that the pages use; each test has a new database, of which they know nothing yet."""
    keys = pages.keys()
    keys.last.path.unlink(missing_ok=True)
    return keys


def said(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_the_overview_shows_the_checkpoint_the_key_and_how_to_check(
    people: Cast, house: Keys, grow: Grow
) -> None:
    page = said(logged_in(people.audrey), "/evidence/")
    assert "Nothing was signed yet" in page
    grow(300)
    note = actions.checkpoint(house, AT).note
    page = said(logged_in(people.audrey), "/evidence/")
    for told in (note.split("\n")[2], str(house.signer.verifier), "Nobody watches this log yet", "Offline"):
        assert told in page
    grow(2)
    assert ">2<" in said(logged_in(people.audrey), "/evidence/").replace("\n", "")


def test_a_log_that_went_back_is_said_at_once(people: Cast, house: Keys, grow: Grow) -> None:
    grow(3)
    house.last.keep(50, bytes(32))
    assert "the database went back" in said(logged_in(people.alice), "/evidence/")
    house.last.path.unlink()


def test_entries_are_shown_in_parts_and_by_kind(people: Cast, grow: Grow) -> None:
    grow(120)
    client = logged_in(people.bob)
    first = said(client, "/evidence/entries/")
    assert "Entries 70 to 119" in first
    second = said(client, "/evidence/entries/?from=69")
    assert "Entries 20 to 69" in second
    assert "?from=119" in second
    assert "?from=19" in second
    assert "No entries" in said(client, "/evidence/entries/?kind=nothing")
    assert "Entries 70 to 119" in said(client, "/evidence/entries/?kind=call.ended&from=rubbish")
    assert list(pages.kinds()) == ["call.ended"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 256, 300])
def test_an_entry_is_proved_step_by_step(people: Cast, house: Keys, grow: Grow, size: int) -> None:
    grow(size)
    signed = actions.checkpoint(house, AT)
    root = merkle.root(size, queries.tree(size)).hex()
    for index in {0, size // 2, size - 1}:
        page = said(logged_in(people.anna), f"/evidence/entries/{index}/")
        assert "It is in the log" in page
        assert root in page
        proof = logged_in(people.anna).get(f"/evidence/entries/{index}/proof/").content
        row = queries.entry(index)
        assert row
        Receipt.parse(proof).verify(queries.leaf(row), pages.told(signed))


def test_a_changed_entry_is_shown_as_not_proved(people: Cast, house: Keys, grow: Grow) -> None:
    grow(9)
    actions.checkpoint(house, AT)
    Entry.objects.filter(index=4).update(actor="somebody-else")
    assert "does not lead to the root" in said(logged_in(people.anna), "/evidence/entries/4/")


def test_an_entry_that_is_not_signed_yet_says_so(people: Cast, grow: Grow) -> None:
    grow(1)
    assert "not signed yet" in said(logged_in(people.anna), "/evidence/entries/0/")
    assert logged_in(people.anna).get("/evidence/entries/0/proof/").status_code == 404
    assert logged_in(people.anna).get("/evidence/entries/1/").status_code == 404


def test_an_agent_sees_what_is_about_them_and_nothing_else(people: Cast, house: Keys, grow: Grow) -> None:
    grow(5)
    Entry.objects.filter(index=3).update(actor=str(people.charlie.uid))
    actions.checkpoint(house, AT)
    client = logged_in(people.charlie)
    assert "Entries 3 to 3" in said(client, "/evidence/entries/")
    said(client, "/evidence/entries/3/")
    for path in ("/evidence/entries/2/", "/evidence/entries/2/proof/"):
        said(client, path, 404)
    assert client.post("/evidence/export/", {"what": "log"}).status_code == 403


def test_a_kept_checkpoint_is_compared_with_the_newest(people: Cast, house: Keys, grow: Grow) -> None:
    grow(70)
    kept = actions.checkpoint(house, AT).note
    grow(600)
    actions.checkpoint(house, AT + 1)
    client = logged_in(people.audrey)
    assert "The log only grew" in client.get("/evidence/growth/", {"kept": kept}).content.decode()
    assert "this is no" in client.get("/evidence/growth/", {"kept": "rubbish"}).content.decode()
    forged = kept.replace("70", "71", 1)
    assert "has not signed it" in client.get("/evidence/growth/", {"kept": forged}).content.decode()
    Checkpoint.objects.filter(size=670).delete()
    assert "The log only grew" in client.get("/evidence/growth/", {"kept": kept}).content.decode()


def test_a_pack_is_handed_out_to_officers_and_auditors_and_verifies(
    people: Cast, house: Keys, grow: Grow, tmp_path: Path
) -> None:
    grow(40)
    client = logged_in(people.audrey)
    said(client, "/evidence/export/")
    answer = client.post("/evidence/export/", {"what": "log"})
    (tmp_path / "pack.zip").write_bytes(b"".join(answer))
    report = verify(tmp_path / "pack.zip", Asked(AT // 1_000_000 + 9_000_000, str(house.signer.verifier)))
    assert report.faults == []
    row = queries.entry(40)
    assert row
    assert (row.kind, row.actor) == ("evidence.exported", str(people.audrey.uid))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"what": "call", "name": "c-404"}, "there is no call c-404"),
        ({"what": "call"}, "Say which call"),
        ({"what": "since"}, "Say since which day"),
        ({"what": "everything"}, "valid choice"),
    ],
)
def test_what_can_not_be_exported_is_said(people: Cast, asked: dict[str, str], told: str) -> None:
    answer = logged_in(people.alice).post("/evidence/export/", asked)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Entry.objects.exists()


def test_the_program_and_the_keys_are_there_to_take(people: Cast, house: Keys) -> None:
    client = logged_in(people.charlie)
    assert str(house.ring) == said(client, "/evidence/log.vkey/")
    assert "def verify(" in said(client, "/evidence/clearline_verify.py/")
    said(client, "/evidence/checkpoint/", 404)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (800, "dark"), (1600, "light")])
def test_a_browser_comes_to_the_same_root(console: Console, house: Keys, width: int, theme: str) -> None:
    person = Person.objects.invited(
        email="olga@shop.example", name="Olga", role=Role.AGENT, password=PASSWORD
    )
    page = console.logged_in(person, width, theme)
    grow_for(str(person.uid), 300)
    signed = actions.checkpoint(house, AT)
    assert parse(signed.note.encode()).text.split("\n")[0] == house.ring.origin
    for path in ("/evidence/", "/evidence/entries/", "/evidence/growth/", "/evidence/entries/137/"):
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, path
    page.get_by_text("Verified here, in your browser").wait_for()
    page.evaluate("document.querySelector('[data-sibling]').textContent = '00'.repeat(32)")
    page.evaluate("check(here)")
    page.get_by_text("this proof does not hold").wait_for()


def grow_for(actor: str, count: int) -> None:

    with transaction.atomic():
        actions.append([actions.Entered(AT, "look", actor, bytes(32)) for _ in range(count)])
