"""Pages of connections, and what is kept of their secrets."""

import pytest
from cryptography.exceptions import InvalidTag
from django.test import Client
from tests.characters import AT, Cast, cast, logged_in
from tests.intake.conftest import SECRET

from clearline.intake import actions, queries
from clearline.intake.models import Connection
from clearline.intake.tally import Tally
from clearline.people.errors import Refused
from clearline.people.models import Act
from clearline.people.sealing import opened

pytestmark = pytest.mark.django_db
NEW = {"kind": "shopify", "name": "north", "before_ids": "", "seller": "Northwind", "secret": SECRET}
NEWER = "the next secret of the tests"


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    return cast()


@pytest.fixture
def max_(people: Cast) -> Client:
    return logged_in(people.max, freshly=True)


def page(client: Client, path: str = "") -> str:
    answer = client.get(f"/settings/connections/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_connects_a_shop(people: Cast, max_: Client) -> None:
    assert "Nothing is connected yet" in page(max_)
    assert max_.post("/settings/connections/new/", NEW).status_code == 302
    assert "north" in page(max_)
    told = page(max_, "of/north/")
    assert "http://testserver/in/shopify" in told
    assert "Northwind" in told
    assert SECRET not in told
    assert Act.objects.get(kind="connection.made").by == people.max


def test_the_database_alone_does_not_show_a_secret(people: Cast) -> None:
    row = actions.made(people.max, kind="stripe", name="till", prefix="", secret=SECRET, at=AT)
    assert SECRET.encode() not in bytes(row.secret)
    assert opened(bytes(row.secret), str(row.uid), queries.SECRET) == SECRET
    for where in ((str(row.uid), queries.OLDER), ("another row", queries.SECRET)):
        with pytest.raises(InvalidTag):
            opened(bytes(row.secret), *where)


def test_two_secrets_are_taken_until_the_older_is_dropped(people: Cast, max_: Client) -> None:
    actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    assert max_.post("/settings/connections/of/north/secret/", {"secret": NEWER}).status_code == 302
    assert queries.senders("shopify")[0].secrets == (NEWER, SECRET)
    assert max_.post("/settings/connections/of/north/drop/").status_code == 302
    assert queries.senders("shopify")[0].secrets == (NEWER,)
    assert max_.post("/settings/connections/of/north/secret/", {"secret": NEWER}).status_code == 400


def test_a_connection_is_removed(people: Cast, max_: Client) -> None:
    actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    assert max_.post("/settings/connections/of/north/remove/").status_code == 302
    assert queries.senders("shopify") == []
    assert max_.get("/settings/connections/of/north/").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "short"},
        {"name": "two words"},
        {"kind": "magento"},
        {"before_ids": "a b"},
        {"name": "there"},
    ],
)
def test_what_can_not_be_is_refused(people: Cast, max_: Client, changed: dict[str, str]) -> None:
    actions.made(people.max, kind="stripe", name="there", prefix="", secret=SECRET, at=AT)
    assert max_.post("/settings/connections/new/", NEW | changed).status_code == 400
    assert Connection.objects.count() == 1


def test_two_shops_can_not_count_their_customers_alike(people: Cast) -> None:
    actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    with pytest.raises(Refused, match="prefix"):
        actions.made(people.max, kind="woocommerce", name="south", prefix="", secret=SECRET, at=AT)
    actions.made(people.max, kind="woocommerce", name="south", prefix="s-", secret=SECRET, at=AT)


def test_who_looks_after_it_sees_it_and_only_an_administrator_changes_it(people: Cast) -> None:
    actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    for person in (people.alice, people.audrey):
        client = logged_in(person, freshly=True)
        assert "A new secret" not in page(client, "of/north/")
        assert client.post("/settings/connections/of/north/remove/").status_code == 403
    assert logged_in(people.ada).get("/settings/connections/").status_code == 403
    with pytest.raises(Refused):
        actions.removed(people.alice, "north", AT)


def test_what_came_is_told(people: Cast, max_: Client) -> None:
    row = actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    tally = Tally(last=AT)
    tally.counts["stored"] += 3
    tally.ignore("something else")
    tally.refuse("an amount is no number", AT)
    actions.counted({row.pk: tally})
    actions.counted({row.pk: Tally()})
    told = page(max_, "of/north/")
    assert "an amount is no number" in told
    assert "something else" in told
    row.refresh_from_db()
    assert (row.stored, row.ignored, row.refused, row.last) == (3, 1, 1, AT)


def test_a_secret_that_this_home_can_not_open_is_told(people: Cast, max_: Client) -> None:
    row = actions.made(people.max, kind="shopify", name="north", prefix="", secret=SECRET, at=AT)
    Connection.objects.update(secret=bytes(len(bytes(row.secret))))
    assert queries.senders("shopify")[0].secrets == ()
    assert "opened with the keys of this home" in page(max_, "of/north/").replace("&#x27;", "'")
    assert max_.post("/settings/connections/of/north/secret/", {"secret": NEWER}).status_code == 302
    assert queries.senders("shopify")[0].secrets == (NEWER,)
