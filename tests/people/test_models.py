"""People."""

import pytest

from clearline.people.models import Person, Role

pytestmark = pytest.mark.django_db


def test_an_address_is_known_however_it_is_written() -> None:
    alice = Person.objects.invited(email="Alice@Shop.example", name="Alice", role=Role.OFFICER)
    assert Person.objects.get_by_natural_key("ALICE@shop.EXAMPLE") == alice
