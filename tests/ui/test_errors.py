"""Pages for what went wrong."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from tests.ui.reading import Reader

from clearline.ui.errors import failed


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_each_can_be_read_by_everybody(name: str) -> None:
    assert Reader(render_to_string(f"{name}.html")).faults() == []


def test_our_own_fault_has_a_number_that_leads_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "clearline.incidents"):
        answer = failed(RequestFactory().get("/calls/?number=4000123412341111"))
    number = caplog.records[0].args[0]  # type: ignore[index]
    assert answer.status_code == 500
    assert str(number) in answer.content.decode()
    assert "4000123412341111" not in caplog.text


def test_a_view_that_fails_shows_nothing_of_the_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: HttpRequest, now: int) -> HttpResponse:
        raise RuntimeError(f"secret {now} of {request.user}")

    monkeypatch.setattr("clearline.ui.views.samples", broken)
    client.raise_request_exception = False
    answer = client.get("/style/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "Something went wrong on our side" in answer.content.decode()


def test_what_is_not_there_is_said_in_plain_words(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_form_from_an_old_page_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a"})
    assert answer.status_code == 403
    assert "This page has grown too old" in answer.content.decode()
