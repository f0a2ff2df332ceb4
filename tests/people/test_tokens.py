"""Tokens: shown once, stored as a digest, never more than their owner."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.characters import AT, Cast

from clearline.people import actions, tokens
from clearline.people.confirming import confirmed
from clearline.people.errors import Refused
from clearline.people.models import Person, Role, Token

YEAR = 365 * tokens.DAY


def made(owner: Person, *scopes: str) -> tuple[Token, str]:
    return tokens.make(owner, name="shop", scopes=scopes or ["calls:read"], expires=AT + YEAR, at=AT)


def test_a_token_is_known_by_its_words_and_only_its_digest_is_kept(people: Cast) -> None:
    token, words = made(people.alice)
    assert words.startswith("cl_")
    assert len(words) > 40
    assert tokens.authenticate(f"Bearer {words}", AT) == token
    assert words not in str(Token.objects.values())
    assert words[3:] not in str(Token.objects.values())


def test_only_the_day_of_use_is_kept(people: Cast) -> None:
    _, words = made(people.alice)
    tokens.authenticate(f"Bearer {words}", AT)
    assert Token.objects.get().used_on == date(2026, 11, 23)


@pytest.mark.parametrize(
    "forged", ["", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {}x", "Bearer cl_", "Bearer \udc80"]
)
def test_a_forged_token_is_nobody_s(people: Cast, forged: str) -> None:
    _, words = made(people.alice)
    assert tokens.authenticate(forged.format(words), AT) is None


@given(st.text())
@pytest.mark.django_db
def test_no_text_breaks_it(text: str) -> None:
    assert tokens.authenticate(f"Bearer {text}", AT) is None


def test_the_digest_is_no_token(people: Cast) -> None:
    token, _ = made(people.alice)
    assert tokens.authenticate(f"Bearer {token.digest}", AT) is None


def test_an_old_token_is_over(people: Cast) -> None:
    _, words = made(people.alice)
    assert tokens.known(words, AT + YEAR - 1)
    assert tokens.known(words, AT + YEAR) is None


def test_a_revoked_token_is_over(people: Cast) -> None:
    token, words = made(people.alice)
    with pytest.raises(Refused, match="somebody else's"):
        tokens.revoke(people.max, token, AT)
    tokens.revoke(people.alice, token, AT)
    assert tokens.known(words, AT) is None


def test_the_token_of_somebody_who_left_is_over(people: Cast) -> None:
    _, words = made(people.ada)
    actions.left(people.max, people.ada, AT)
    assert tokens.known(words, AT) is None


def test_a_token_may_not_do_more_than_its_owner(people: Cast) -> None:
    for owner, scope in ((people.max, "calls:read"), (people.ada, "events:write"), (people.ada, "all")):
        with pytest.raises(Refused, match="your role"):
            made(owner, scope)
    with pytest.raises(Refused, match="no scope"):
        tokens.make(people.alice, name="t", scopes=[], expires=AT + 1, at=AT)


def test_a_token_shrinks_with_its_owner_s_role(people: Cast) -> None:
    _, words = made(people.anna, "calls:read")
    actions.changed(people.max, people.anna, role=Role.ADMINISTRATOR, team=None, leads=[], agent=None, at=AT)
    confirmed(people.alice, people.anna, AT)
    token = tokens.known(words, AT)
    assert token
    assert not tokens.allows(token, "calls:read")


@pytest.mark.parametrize("expires", [AT - 1, AT, AT + 2 * YEAR])
def test_a_token_has_an_end(people: Cast, expires: int) -> None:
    with pytest.raises(Refused, match="to a year"):
        tokens.make(people.alice, name="t", scopes=["calls:read"], expires=expires, at=AT)


@pytest.mark.parametrize("length", [0, 81])
def test_a_token_s_name_is_neither_empty_nor_long(people: Cast, length: int) -> None:
    with pytest.raises(Refused, match=f"80 characters, this one {length}"):
        tokens.make(people.alice, name="t" * length, scopes=["calls:read"], expires=AT + YEAR, at=AT)
