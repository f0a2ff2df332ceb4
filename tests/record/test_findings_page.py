"""Findings and questions: the list, and one with its proof."""

import re

import pytest
from tests.characters import Cast, logged_in
from tests.record.conftest import LATER

from clearline.people.acts import LOOK
from clearline.people.models import Act, Person
from clearline.record import models

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="/findings/([0-9a-f]{64})/"')


def listed(person: Person, query: str = "") -> set[str]:
    answer = logged_in(person).get(f"/findings/{query}")
    assert answer.status_code == 200
    return set(LINK.findall(answer.content.decode()))


def uids(**asked: object) -> set[str]:
    return set(models.Finding.objects.filter(**asked).values_list("uid", flat=True))


@pytest.mark.parametrize("who", ["alice", "anna", "audrey"])
def test_some_see_all_findings(people: Cast, who: str) -> None:
    assert listed(getattr(people, who)) == uids()


@pytest.mark.parametrize("who", ["bob", "ada"])
def test_some_see_those_of_ada(people: Cast, who: str) -> None:
    assert listed(getattr(people, who)) == uids(agent="a-1") != uids()


def test_charlie_sees_his_own_and_max_none(people: Cast) -> None:
    assert listed(people.charlie) == uids(agent="a-9")
    assert logged_in(people.max).get("/findings/").status_code == 403


def test_filters_leave_what_they_say(people: Cast) -> None:
    one = models.Finding.objects.filter(question=False)[0]
    models.Finding.objects.filter(pk=one.pk).update(withdrawn=LATER, withdrawn_entry=1)
    assert listed(people.alice, "?found=withdrawn") == {one.uid}
    assert listed(people.alice) == uids(withdrawn=None)
    assert listed(people.alice, "?found=every") == uids()
    assert listed(people.alice, "?found=standing") == uids(question=False, withdrawn=None)
    assert listed(people.alice, "?found=questions") == uids(question=True, withdrawn=None)
    assert listed(people.alice, f"?rule={one.rule}") == uids(rule=one.rule, withdrawn=None)
    assert listed(people.alice, f"?severity={one.severity}") == uids(severity=one.severity, withdrawn=None)
    assert listed(people.alice, "?agent=a-9") == uids(agent="a-9")
    assert listed(people.alice, "?since=2026-09-22") == set()
    assert logged_in(people.alice).get("/findings/?severity=dire").status_code == 400


def test_nothing_found_is_said(people: Cast) -> None:
    body = logged_in(people.alice).get("/findings/?since=2026-09-22").content.decode()
    assert "No finding is like that" in body
    models.Finding.objects.all().delete()
    assert "Every rule that came up was kept" in logged_in(people.alice).get("/findings/").content.decode()


def test_one_shows_rule_law_proof_and_words(people: Cast) -> None:
    row = models.Finding.objects.filter(timeline__subject="bad", question=False)[0]
    body = logged_in(people.bob).get(f"/findings/{row.uid}/").content.decode()
    assert f"/rules/{row.rule}/" in body
    assert row.version in body
    assert f"entry {row.entry}" in body
    assert "/calls/bad/" in body
    assert "Source: " in body
    look = Act.objects.filter(kind=LOOK).latest("index")
    assert (look.by, look.about, look.what) == (people.bob, people.ada, f"finding {row.rule} on call bad")


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("max", 403)])
def test_one_of_somebody_else_is_not_shown(people: Cast, who: str, status: int) -> None:
    uid = models.Finding.objects.filter(timeline__subject="bad")[0].uid
    assert logged_in(getattr(people, who)).get(f"/findings/{uid}/").status_code == status
    assert not Act.objects.filter(kind=LOOK).exists()


def test_a_withdrawn_one_tells_its_life(people: Cast) -> None:
    row = models.Finding.objects.filter(timeline__subject="bad", question=False)[0]
    models.Finding.objects.filter(pk=row.pk).update(withdrawn=LATER, withdrawn_entry=77_123)
    body = logged_in(people.alice).get(f"/findings/{row.uid}/").content.decode()
    assert "It was withdrawn on" in body
    assert "entry 77,123" in body


def test_an_erased_one_says_that_it_was_and_no_more(people: Cast) -> None:
    row = models.Finding.objects.filter(timeline__subject="bad", question=False)[0]
    models.Finding.objects.filter(pk=row.pk).update(body=None)
    body = logged_in(people.alice).get(f"/findings/{row.uid}/").content.decode()
    assert "was erased" in body
    assert row.rule in body
