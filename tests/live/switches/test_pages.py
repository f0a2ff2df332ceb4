"""The page of the switch: who may connect one, what is kept of its secret, and what trying it out says."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.characters import AT, Cast, cast, logged_in
from tests.live.peers import HttpPeer

from clearline.live.models import ConnectedSwitch
from clearline.live.switches import actions
from clearline.live.switches.queries import connected
from clearline.live.switches.queries import peer as speaking
from clearline.people.errors import Refused
from clearline.people.models import Act
from clearline.ui.clock import now

pytestmark = pytest.mark.django_db
SECRET = "a secret of the tests, no other"
PAGE = "/settings/switch/"
NEW = {
    "kind": "twilio",
    "address": "https://api.twilio.com/",
    "account": "AC9",
    "secret": SECRET,
    "recording": "{call}",
}


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


@pytest.fixture
def max_(people: Cast) -> Client:
    return logged_in(people.max, freshly=True)


def page(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_connects_a_switch(people: Cast, max_: Client) -> None:
    assert "No switch is connected" in page(max_)
    assert max_.post(f"{PAGE}connect/", NEW).status_code == 302
    told = page(max_)
    assert "https://api.twilio.com<" in told
    assert SECRET not in told
    act = Act.objects.get(kind="switch.connected")
    assert (act.by, act.what) == (people.max, "twilio: https://api.twilio.com")


def test_the_database_alone_does_not_show_its_secret(people: Cast) -> None:
    row = actions.connect(people.max, **NEW, at=AT)
    assert SECRET.encode() not in bytes(row.secret)
    assert SECRET not in repr(speaking(row, now))
    row.secret = bytes(row.secret)[:-1] + b"x"
    assert speaking(row, now) is None


def test_another_switch_takes_the_place_of_the_first(people: Cast) -> None:
    actions.connect(people.max, **NEW, at=AT)
    actions.connect(people.max, **{**NEW, "kind": "ami", "address": "10.0.0.5:5038"}, at=AT)
    assert [row.kind for row in ConnectedSwitch.objects.all()] == ["ami"]


def test_who_may_only_look_changes_nothing(people: Cast) -> None:
    alice = logged_in(people.alice, freshly=True)
    assert "Connect it" not in page(alice)
    for path in ("connect", "try", "remove"):
        assert alice.post(f"{PAGE}{path}/", NEW).status_code == 403
    assert logged_in(people.ada).get(PAGE).status_code == 403
    with pytest.raises(Refused):
        actions.connect(people.alice, **NEW, at=AT)
    with pytest.raises(Refused):
        actions.remove(people.alice, AT)


@pytest.mark.parametrize(
    ("changed", "told_so"),
    [
        ({"address": "http://api.twilio.com"}, "only https keeps the secret"),
        ({"address": "https://169.254.169.254/"}, "no switch is"),
        ({"address": "https://user:pass@pbx.example/"}, "no user, password"),
        ({"kind": "ami"}, "host:port"),
        ({"kind": "ami", "address": "pbx.example.com:5038"}, "not encrypted"),
        ({"kind": "ari", "recording": "all"}, "{call}"),
        ({"account": ""}, "account or a user"),
        ({"secret": "short"}, "at least 8"),
    ],
)
def test_what_can_not_be_asked_safely_is_refused(max_: Client, changed: dict[str, str], told_so: str) -> None:
    answer = max_.post(f"{PAGE}connect/", {**NEW, **changed})
    assert answer.status_code == 400
    assert told_so in answer.content.decode()
    assert connected() is None


def test_it_can_be_tried_out_before_a_call(people: Cast, max_: Client, peer: Callable[..., HttpPeer]) -> None:
    recorder = peer((204, b""), (403, b""))
    actions.connect(people.max, **{**NEW, "kind": "webhook", "address": recorder.address}, at=AT)
    assert "It is there, and knows us." in max_.post(f"{PAGE}try/", follow=True).content.decode()
    assert b'"deed":"test"' in recorder.asked[0].body
    assert "does not take our signature" in max_.post(f"{PAGE}try/", follow=True).content.decode()


def test_what_went_wrong_is_shown_and_counted(people: Cast, max_: Client) -> None:
    row = actions.connect(people.max, **NEW, at=AT)
    actions.noted(row.pk, "", AT)
    actions.noted(row.pk, "Twilio refused (status 500).", AT)
    assert "Twilio refused (status 500)." in page(max_)
    row.refresh_from_db()
    assert (row.done, row.failed) == (1, 1)


def test_a_switch_that_is_removed_is_asked_no_more(people: Cast, max_: Client) -> None:
    actions.connect(people.max, **NEW, at=AT)
    assert max_.post(f"{PAGE}remove/").status_code == 302
    assert connected() is None
    assert Act.objects.filter(kind="switch.removed").count() == 1
