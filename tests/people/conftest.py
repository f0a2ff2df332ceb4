"""People for the tests of people."""

import pytest
from django.core.cache import cache
from tests.characters import Cast, cast


@pytest.fixture
def people(db: None) -> Cast:  # noqa: ARG001 # opens the database
    cache.clear()  # of the failed logins of other tests
    return cast()
