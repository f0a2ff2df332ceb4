"""Who looks at the pages."""

import pytest
from django.test import Client
from tests.browsing import PASSWORD

from clearline.people.models import Person, Role


@pytest.fixture
def ada(db: None) -> Person:  # noqa: ARG001 # she is kept there
    """An agent: the one role that one factor is enough for."""
    return Person.objects.invited(
        email="ada@shop.example", password=PASSWORD, name="Ada Moreno", role=Role.AGENT
    )


@pytest.fixture
def client(ada: Person) -> Client:
    """Ada's browser, without the browser."""
    client = Client()
    client.force_login(ada)
    return client
