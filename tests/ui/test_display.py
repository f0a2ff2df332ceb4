"""Light and dark, and the reader's time zone."""

import pytest
from django.test import Client


def test_the_choice_is_kept_in_a_cookie_that_no_script_can_read(client: Client) -> None:
    answer = client.post("/style/display/", {"theme": "dark", "next": "/style/"})
    assert answer["Location"] == "/style/"
    assert answer.cookies["theme"].value == "dark"
    assert answer.cookies["theme"]["httponly"]
    assert '<html lang="en" data-theme="dark">' in client.get("/style/display/").content.decode()


def test_a_part_that_is_not_sent_stays_as_it_is(client: Client) -> None:
    client.post("/style/display/", {"zone": "Europe/Berlin"})
    answer = client.post("/style/display/", {"theme": "light"})
    assert "zone" not in answer.cookies
    assert (
        " CET</time>" in client.get("/style/").content.decode()
        or " CEST</time>" in client.get("/style/").content.decode()
    )


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_never_sends_anybody_elsewhere(client: Client, elsewhere: str) -> None:
    assert (
        client.post("/style/display/", {"theme": "dark", "next": elsewhere})["Location"] == "/style/display/"
    )


@pytest.mark.parametrize("sent", [{"theme": "pink"}, {"zone": "../../etc/passwd"}])
def test_what_is_not_on_offer_is_refused(client: Client, sent: dict[str, str]) -> None:
    assert client.post("/style/display/", sent).status_code == 400


def test_cookies_that_somebody_wrote_by_hand_do_no_harm(client: Client) -> None:
    client.cookies["zone"] = "../../etc/passwd"
    client.cookies["theme"] = '"><script>'
    page = client.get("/style/display/")
    assert page.status_code == 200
    assert '<html lang="en">' in page.content.decode()
