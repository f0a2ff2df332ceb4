"""What each role may do: what is not written down is refused."""

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.characters import Cast

from clearline.people.models import Role
from clearline.people.permissions import MAY, SCOPES, Reach, may, reach, told
from clearline.people.queries import within

SECRET = ("see calls", "see recordings", "see findings", "see contacts", "see contact details")


def test_strangers_may_do_nothing() -> None:
    assert [deed for deed in MAY if may(AnonymousUser(), deed)] == []


def test_whoever_left_may_do_nothing(people: Cast) -> None:
    people.max.is_active = False
    assert [deed for deed in MAY if may(people.max, deed)] == []


def test_a_deed_that_nobody_wrote_down_is_an_error_not_a_yes(people: Cast) -> None:
    with pytest.raises(KeyError):
        may(people.max, "see everything")


@pytest.mark.parametrize("deed", SECRET)
def test_an_administrator_sees_no_call(people: Cast, deed: str) -> None:
    assert not may(people.max, deed)
    assert not may(people.max, deed, people.ada)
    assert not within(people.max, deed).exists()


@pytest.mark.parametrize("deed", ["see calls", "see findings"])
def test_calls_reach_as_far_as_the_role(people: Cast, deed: str) -> None:
    seen = {
        one.name: sorted(within(one, deed).values_list("name", flat=True))
        for one in (people.ada, people.bob, people.charlie)
    }
    assert seen == {"Ada": ["Ada"], "Bob": ["Ada", "Bob"], "Charlie": ["Charlie"]}
    assert within(people.alice, deed).count() == within(people.audrey, deed).count() == len(people)


def test_the_query_and_the_question_say_the_same(people: Cast) -> None:
    for asks in people:
        for deed in MAY:
            reached = set(within(asks, deed))
            assert reached == {one for one in people if may(asks, deed, one)}, (asks, deed)


def test_only_officers_and_auditors_see_all_looks() -> None:
    assert {role for role, far in MAY["see who looked"].items() if far is Reach.ALL} == {
        Role.OFFICER,
        Role.AUDITOR,
    }


def test_an_auditor_changes_nothing(people: Cast) -> None:
    deeds = [deed for deed in MAY if may(people.audrey, deed)]
    beyond_seeing = {
        "open the console",
        "keep an account",
        "export evidence",
        "export audits",
        "check numbers",
        "learn",
    }
    assert {deed for deed in deeds if not deed.startswith("see ")} == beyond_seeing


def test_each_scope_stands_for_a_deed() -> None:
    assert set(SCOPES.values()) <= MAY.keys()


@pytest.mark.parametrize("role", Role)
def test_a_role_is_told_all_that_it_may(people: Cast, role: Role) -> None:
    somebody = next(one for one in people if one.role == role)
    assert dict(told(role)) == {deed: reach(somebody, deed) for deed in MAY if may(somebody, deed)}
