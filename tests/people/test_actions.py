"""What is done about people leaves an entry in the log, and never leaves nobody to mend it."""

from threading import Thread

import pytest
from django.db import connection
from tests.characters import AT, Cast, cast

from clearline.evidence.models import Entry
from clearline.people import actions, queries
from clearline.people.acts import committed, key, payload
from clearline.people.confirming import confirmed
from clearline.people.errors import Refused
from clearline.people.models import Act, Invitation, Person, Role, Team
from clearline.people.tokens import make
from clearline.seal.commitments import check
from clearline.seal.errors import NotVerified


def change(by: Person, person: Person, role: Role) -> None:
    actions.changed(by, person, role=role, team=person.team, leads=[], agent=person.agent, at=AT)


def test_a_new_role_is_an_entry_that_opens_with_the_secret_of_whom_it_is_about(people: Cast) -> None:
    change(people.max, people.ada, Role.ANALYST)
    act = Act.objects.get(kind="person.role")
    entry = Entry.objects.get(index=act.index)
    assert (act.what, entry.kind, entry.actor) == ("agent → analyst", "person.role", str(people.max.uid))
    check(bytes(entry.commitment), key(act), payload(act))


def test_the_log_does_not_say_who_it_is_about(people: Cast) -> None:
    change(people.max, people.ada, Role.ANALYST)
    entry = Entry.objects.get(kind="person.role")
    assert str(people.ada.uid) not in str(entry.__dict__)
    assert "Ada" not in str(entry.__dict__)


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_their_own_role(people: Cast, role: Role) -> None:
    with pytest.raises(Refused, match="their own role"):
        change(people.max, people.max, role)
    assert Person.objects.get(name="Max").role == Role.ADMINISTRATOR


@pytest.mark.parametrize("name", ["alice", "bob", "ada", "anna", "charlie", "audrey"])
def test_only_administrators_manage_people(people: Cast, name: str) -> None:
    asks = getattr(people, name)
    with pytest.raises(Refused):
        change(asks, people.ada, Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        actions.left(asks, people.ada, AT)
    with pytest.raises(Refused):
        actions.invited(asks, email="x@shop.example", name="X", role=Role.AGENT, team=None, at=AT)
    with pytest.raises(Refused):
        actions.invited_again(asks, people.ada, AT)
    with pytest.raises(Refused):
        actions.team_made(asks, "Mine", AT)
    assert not Act.objects.exists()


def test_the_last_officer_stays(people: Cast) -> None:
    with pytest.raises(Refused, match="last officer"):
        change(people.max, people.alice, Role.AGENT)
    with pytest.raises(Refused, match="last officer"):
        actions.left(people.max, people.alice, AT)
    change(people.max, people.anna, Role.OFFICER)
    confirmed(people.alice, people.anna, AT)
    actions.left(people.max, people.alice, AT)
    assert not Person.objects.get(name="Alice").is_active


def test_the_last_administrator_stays(people: Cast) -> None:
    second, _ = actions.invited(
        people.max, email="m@shop.example", name="Mia", role=Role.ADMINISTRATOR, team=None, at=AT
    )
    confirmed(people.alice, second, AT)
    actions.left(second, people.max, AT)
    third, _ = actions.invited(second, email="n@shop.example", name="Nora", role=Role.AGENT, team=None, at=AT)
    change(second, third, Role.ADMINISTRATOR)
    confirmed(people.alice, third, AT)
    actions.left(third, second, AT)
    for gone in (second, people.max):
        with pytest.raises(Refused, match="only an administrator"):
            actions.left(gone, third, AT)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one() -> None:
    people = cast()
    second, _ = actions.invited(
        people.max, email="m@shop.example", name="Mia", role=Role.ADMINISTRATOR, team=None, at=AT
    )
    confirmed(people.alice, second, AT)
    refused: list[str] = []

    def leave(by: Person, person: Person) -> None:
        try:
            actions.left(by, person, AT)
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    both = [Thread(target=leave, args=pair) for pair in ((people.max, second), (second, people.max))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    assert Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_an_invitation_works_once(people: Cast) -> None:
    nora, code = actions.invited(
        people.max, email="Nora@Shop.example", name="Nora", role=Role.AGENT, team=people.ada.team, at=AT
    )
    assert actions.arrived(code, "correct horse battery", AT + 1) == nora
    with pytest.raises(Refused, match="was used"):
        actions.arrived(code, "another horse battery", AT + 2)
    assert Person.objects.get(pk=nora.pk).check_password("correct horse battery")


def test_an_invitation_is_stored_as_a_digest_and_grows_old(people: Cast) -> None:
    nora, code = actions.invited(
        people.max, email="nora@shop.example", name="Nora", role=Role.AGENT, team=None, at=AT
    )
    assert code not in str(Invitation.objects.values().get(person=nora))
    assert queries.invitation(code, AT + actions.INVITED_FOR - 1)
    assert queries.invitation(code, AT + actions.INVITED_FOR) is None
    assert queries.invitation(code + "x", AT) is None


def test_a_second_invitation_ends_the_first_and_the_second_factor(people: Cast) -> None:
    first = actions.invited_again(people.max, people.bob, AT)
    second = actions.invited_again(people.max, people.bob, AT)
    assert queries.invitation(first, AT) is None
    assert queries.invitation(second, AT)
    assert not queries.has_second_factor(people.bob)
    with pytest.raises(Refused, match="nobody lets themselves in"):
        actions.invited_again(people.max, people.max, AT)


def test_whoever_left_has_no_token_and_no_invitation(people: Cast) -> None:
    token, _ = make(people.alice, name="t", scopes=["calls:read"], expires=AT + 10**9, at=AT)
    change(people.max, people.anna, Role.OFFICER)
    confirmed(people.alice, people.anna, AT)
    actions.invited_again(people.max, people.alice, AT)
    actions.left(people.max, people.alice, AT + 5)
    token.refresh_from_db()
    assert token.revoked == AT + 5
    assert not Invitation.objects.exists()
    actions.returned(people.max, people.alice, AT + 6)
    token.refresh_from_db()
    assert token.revoked == AT + 5


def test_a_look_is_an_entry_about_whom_it_concerns(people: Cast) -> None:
    actions.looked(people.bob, "call c-1", AT, about=people.ada)
    actions.looked(people.bob, "contact k-1", AT + 1)
    assert Entry.objects.filter(kind="look", actor=str(people.bob.uid)).count() == 2
    assert [act.what for act in queries.looks(people.ada)] == ["call c-1"]
    assert not queries.looks(people.charlie).exists()
    assert not queries.looks(people.bob).exists()
    assert not queries.looks(people.max).exists()
    assert queries.looks(people.alice).count() == queries.looks(people.audrey).count() == 2


def test_what_is_forgotten_says_nothing_any_more_and_the_log_stays(people: Cast) -> None:
    actions.looked(people.bob, "call c-1", AT, about=people.ada)
    before = list(Entry.objects.values_list("index", "commitment"))
    with pytest.raises(Refused, match="still works here"):
        actions.forgotten(people.alice, people.ada, AT)
    actions.left(people.max, people.ada, AT)
    with pytest.raises(Refused, match="only an officer"):
        actions.forgotten(people.max, people.ada, AT)
    actions.forgotten(people.alice, people.ada, AT)
    act = Act.objects.select_related("by", "about").get(kind="look")
    assert act.what == ""
    entry = Entry.objects.get(index=act.index)
    act.what = "call c-1"
    with pytest.raises(NotVerified):
        check(bytes(entry.commitment), key(act), payload(act))
    assert list(Entry.objects.filter(index__lte=before[-1][0]).values_list("index", "commitment")) == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person WHERE email LIKE 'ada@%' OR name = 'Ada'")
        assert cursor.fetchone() == (0,)
    actions.returned(people.max, people.ada, AT)
    assert not Person.objects.get(pk=people.ada.pk).is_active


def test_commitments_of_equal_words_differ_by_person(people: Cast) -> None:
    first = actions.looked(people.bob, "call c-1", AT)
    second = actions.looked(people.anna, "call c-1", AT)
    assert committed(first) != committed(second)


@pytest.mark.django_db(transaction=True)
def test_what_can_t_be_logged_is_not_done() -> None:
    made = cast()
    Entry.objects.create(index=0, at=AT, kind="in.the.way", actor="x", commitment=b"0" * 32)
    with pytest.raises(Exception, match=r"(?i)unique"):
        change(made.max, made.ada, Role.ANALYST)
    assert Person.objects.get(name="Ada").role == Role.AGENT
    assert not Act.objects.exists()


def test_teams_have_one_name(people: Cast) -> None:
    with pytest.raises(Refused, match="already"):
        actions.team_made(people.max, "Tents", AT)
    assert actions.team_made(people.max, "Lamps", AT) == Team.objects.get(name="Lamps")
