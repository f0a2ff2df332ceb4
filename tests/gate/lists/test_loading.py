"""Lists become current at one stroke, or wait for a person; the log and the organisation's timeline hear of each."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from tests.characters import AT
from tests.gate.lists.test_reading import FLAT, NUMBERS

from clearline.evidence.models import Entry
from clearline.gate.list_heads import PAGE, ListError, UnreadableList
from clearline.gate.lists import current
from clearline.gate.lists.loading import Brought, confirm, load, refuse
from clearline.gate.models import Snapshot
from clearline.record.judging import judging
from clearline.record.models import Event, EventOn
from clearline.record.watching import Watches

pytestmark = pytest.mark.django_db
DAY = 86_400_000_000
MANY = b"".join(b"202,555%04d\n" % number for number in range(100))


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    current.forget()
    yield
    current.forget()


@pytest.fixture
def watches() -> Watches:
    return Watches(judging)


def brought(tmp_path: Path, content: bytes, name: str = "ftc", **told: object) -> Brought:
    path = tmp_path / "brought"
    path.write_bytes(content)
    return Brought(**{"name": name, "path": path, "made": AT - DAY, **told})  # type: ignore[arg-type] # a test's


def test_a_loaded_list_is_asked_at_once(tmp_path: Path, watches: Watches) -> None:
    assert current.lookup("+12025550143").registry is None
    row = load(brought(tmp_path, FLAT, subscription="10311845-123456"), AT, watches)
    assert (row.name, row.state, row.numbers, row.bad) == ("us-national", "current", 3, 0)
    assert row.areas == [202, 303]
    found = current.lookup("+12025550143")
    assert found.registry is True
    assert [(one.list, one.snapshot, one.subscription) for one in found.asked] == [
        ("us-national", row.uid, "10311845-123456")
    ]
    assert current.lookup("+12025550199").registry is False
    assert current.lookup("+14155550199").registry is None, "the area code was not asked for"
    assert found.asked[0].told(AT)["age"] == 86_400


def test_the_log_and_the_timeline_hear_of_it(tmp_path: Path, watches: Watches) -> None:
    row = load(brought(tmp_path, FLAT), AT, watches)
    assert row.entry is not None
    assert Entry.objects.get(index=row.entry).kind == "list.loaded"
    event = Event.objects.get(type="list.loaded")
    assert event.at == AT - DAY, "the age of a list counts from when it was fetched"
    assert EventOn.objects.get(event=event).timeline.kind == "organisation"
    assert row.uid.encode() in bytes(event.body or b"")


def test_lists_of_all_sorts_answer_together(tmp_path: Path, watches: Watches) -> None:
    for name, content in (
        ("us-national", FLAT),
        ("US-TX", b"2025550143\n"),
        ("US-PA", b"3035559999\n"),
        ("litigators", b"+44 20 7946 0958\n(202) 555-0144\n"),
        ("gb-national", b"020 7946 0000\n"),
    ):
        load(brought(tmp_path, content, name), AT, watches)
    found = current.lookup("+12025550143")
    assert (found.registry, dict(found.states), found.litigators) == (
        True,
        {"US-PA": False, "US-TX": True},
        False,
    )
    assert current.lookup("+12025550144").litigators
    british = current.lookup("+442079460958")
    assert (british.registry, british.litigators) == (False, True)
    assert current.lookup("+442079460000").registry is True
    assert current.lookup("+4930901820").registry is None


def test_many_say_what_one_says(tmp_path: Path, watches: Watches) -> None:
    test_lists_of_all_sorts_answer_together(tmp_path, watches)
    asked = [*NUMBERS, 14155550199, 442079460958, 442079460000, 4930901820, 441, 4]
    lists = current.lists()
    many = lists.many(np.array(asked, np.int64))
    for place, number in enumerate(asked):
        one = lists.lookup(f"+{number}")
        assert one.registry == (bool(many.registry[place]) if many.covered[place] else None)
        assert dict(one.states) == {name: bool(column[place]) for name, column in many.states.items()}
        assert many.litigators is not None
        assert one.litigators == bool(many.litigators[place])


def test_a_list_that_shrinks_waits_for_a_person(tmp_path: Path, watches: Watches) -> None:
    first = load(brought(tmp_path, MANY), AT, watches)
    held = load(brought(tmp_path, MANY[: 90 * 12], made=AT - DAY + 1), AT, watches)
    assert held.state == Snapshot.State.HELD
    assert "10.0% fewer" in held.note
    assert current.lookup("+12025550099").registry is True
    assert [one.snapshot for one in current.lists().asked] == [first.uid]
    confirm(held, "alice", AT + 1, watches)
    assert current.lookup("+12025550099").registry is False
    first.refresh_from_db()
    assert first.state == Snapshot.State.PAST
    with pytest.raises(ListError, match="does not wait"):
        confirm(held, "alice", AT + 1, watches)


def test_a_little_less_is_believed_and_whoever_looked_before_may_say_so(
    tmp_path: Path, watches: Watches
) -> None:
    load(brought(tmp_path, MANY), AT, watches)
    assert load(brought(tmp_path, MANY[: 95 * 12]), AT, watches).state == Snapshot.State.CURRENT
    assert load(brought(tmp_path, MANY[:12], confirmed=True), AT, watches).state == Snapshot.State.CURRENT


def test_a_held_list_that_is_refused_leaves_nothing_behind(tmp_path: Path, watches: Watches) -> None:
    load(brought(tmp_path, MANY), AT, watches)
    held = load(brought(tmp_path, MANY[:12]), AT, watches)
    assert current.place(held.uid, held.name).exists()
    refuse(held, "alice", AT + 1)
    assert not current.place(held.uid, held.name).exists()
    assert Entry.objects.filter(kind="list.refused").count() == 1


def test_an_area_code_that_is_gone_and_many_bad_lines_make_it_wait(tmp_path: Path, watches: Watches) -> None:
    load(brought(tmp_path, MANY + b"303,5559999\n"), AT, watches)
    held = load(brought(tmp_path, MANY + b"202,5559999\n"), AT, watches)
    assert "no longer covers 1 area code" in held.note
    held = load(brought(tmp_path, MANY + b"303,5559999\n" + b"303,555999\n" * 6), AT, watches)
    assert held.state == Snapshot.State.HELD
    assert "6 of 107 lines hold no number" in held.note
    assert "000,000000" in held.note


def test_changes_go_on_from_what_is_current(tmp_path: Path, watches: Watches) -> None:
    with pytest.raises(UnreadableList, match="load the full list first"):
        load(brought(tmp_path, b"202,5550001,A\n"), AT, watches)
    load(brought(tmp_path, MANY), AT, watches)
    row = load(brought(tmp_path, b"202,5550001,D\n415,5550199,A\n", made=AT), AT, watches)
    assert (row.numbers, row.state) == (100, "current")
    assert current.lookup("+12025550001").registry is False
    assert current.lookup("+14155550199").registry is True
    load(brought(tmp_path, MANY, "US-TX"), AT, watches)
    load(brought(tmp_path, b"202,5550001,D\n415,5550199,A\n", "US-TX", made=AT), AT, watches)
    assert current.lookup("+12025550001").states == {"US-TX": False}
    assert current.lookup("+14155550199").states == {"US-TX": True}
    with pytest.raises(UnreadableList, match="older than the list"):
        load(brought(tmp_path, b"202,5550001,A\n"), AT, watches)


@pytest.mark.parametrize(
    ("content", "told", "reason"),
    [
        (b"", {}, "no line"),
        (b"nothing here\nat all\n", {}, "aaaaaaa aaaa"),
        (FLAT, {"name": "everybody"}, "name of no list"),
        (FLAT, {"made": AT + DAY}, "future"),
        (FLAT, {"name": "US-TX", "areas": (202,)}, "area codes"),
    ],
)
def test_what_can_be_no_list_is_refused_and_leaves_nothing(
    content: bytes, told: dict[str, object], reason: str, tmp_path: Path, watches: Watches
) -> None:
    folder = Path(settings.HOME.path) / "lists"
    before = set(folder.iterdir()) if folder.exists() else set()
    with pytest.raises(ListError, match=reason):
        load(brought(tmp_path, content, **told), AT, watches)  # type: ignore[arg-type] # a test's
    assert not Snapshot.objects.exists()
    assert (set(folder.iterdir()) if folder.exists() else set()) == before


def test_an_older_snapshot_does_not_take_a_newer_one_back(tmp_path: Path, watches: Watches) -> None:
    load(brought(tmp_path, FLAT), AT, watches)
    with pytest.raises(ListError, match="newer"):
        load(brought(tmp_path, FLAT, made=AT - 2 * DAY), AT, watches)


def test_a_damaged_list_says_nothing_rather_than_no(tmp_path: Path, watches: Watches) -> None:
    row = load(brought(tmp_path, FLAT), AT, watches)
    path = current.place(row.uid, row.name)
    held = bytearray(path.read_bytes())
    held[PAGE + 1_000] ^= 1
    path.write_bytes(held)
    assert current.lookup("+12025550143").registry is None
    assert "differs" in current.lists().faults[0]
    held[PAGE + 1_000] ^= 1
    path.write_bytes(held)
    current.forget()
    assert current.lookup("+12025550143").registry is True


@pytest.mark.parametrize("names", [("litigators",), ("litigators", "litigators-acme")])
def test_nobody_is_known_to_be_on_no_list_of_litigators_where_one_is_missing(
    names: tuple[str, ...], tmp_path: Path, watches: Watches
) -> None:
    rows = {name: load(brought(tmp_path, b"2025550144\n", name), AT, watches) for name in names}
    current.place(rows["litigators"].uid, "litigators").unlink()
    found = current.lookup("+12025550143")
    assert (found.litigators, found.unread) == (None, frozenset({"litigators"}))
    assert current.lookup("+12025550144").litigators is (True if len(names) > 1 else None)
    assert current.lists().many(np.array([12025550143], np.int64)).unread == found.unread
