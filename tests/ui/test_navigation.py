"""The main links."""

import pytest
from django.test import Client, RequestFactory

from clearline.people.models import Person, Role
from clearline.people.permissions import MAY
from clearline.ui.navigation import ACCOUNT, EVERYBODY, MAIN, main_entries

DEEDS = {
    "Home": "open the console",
    "Before the call": "check numbers",
    "Running calls": "see calls",
    "Calls": "see calls",
    "Findings": "see findings",
    "Grading": "see grades",
    "Audits": "see audits",
    "Duties": "see findings",
    "Contacts": "see contacts",
    "Rights requests": "see rights requests",
    "Rules": "see rules",
    "Evidence": "see evidence",
    "People": "see people",
    "Your shop": "see shop questions",
    "Settings": "see settings",
}
FOR_EVERYBODY = {"Training", "Culture"}


def test_links_are_shown_to_exactly_those_who_may_follow_them() -> None:
    assert {link.label: link.roles for link in MAIN} == {
        **{label: frozenset(role.value for role in MAY[deed]) for label, deed in DEEDS.items()},
        **dict.fromkeys(FOR_EVERYBODY, frozenset(Role.values)),
    }
    assert frozenset(Role.values) == EVERYBODY


def test_a_link_that_leads_nowhere_yet_is_left_out(ada: Person) -> None:
    request = RequestFactory().get("/")
    request.user = ada
    shown = main_entries(request)
    assert next(entry.label for entry in shown) == "Home"
    assert all(entry.url for entry in shown)


def test_the_page_one_stands_on_is_marked(client: Client) -> None:
    page = client.get("/style/display/").content.decode()
    assert '<a href="/style/display/" aria-current="page">' in page


@pytest.mark.django_db
def test_strangers_have_no_links() -> None:
    page = Client().get("/account/login/").content.decode()
    assert not [link.label for link in (*MAIN, *ACCOUNT) if f">{link.label}</a>" in page]
