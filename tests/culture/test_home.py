"""The page from which everybody finds the way to speak up."""

import pytest
from django.urls import reverse
from tests.characters import cast, logged_in


@pytest.mark.django_db
def test_everybody_finds_the_way_and_only_holders_see_the_keys() -> None:
    people = cast()
    for person, holds in ((people.charlie, False), (people.audrey, False), (people.alice, True)):
        told = logged_in(person).get(reverse("culture")).content.decode()
        assert f'href="{reverse("speak_up")}"' in told
        assert (f'href="{reverse("speak_up_holders")}"' in told) == holds
