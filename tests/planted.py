"""What Charlie must never see: data of others, each with one word in it that no page has a reason to say."""

from dataclasses import dataclass, field

from tests.characters import AT, Cast, cast

from clearline.people import actions, tokens
from clearline.people.models import Token

CANARY = "kolibri"


@dataclass(frozen=True)
class Planted:
    """The people, and what stands for each name in an address: always somebody else's."""

    people: Cast
    names: dict[str, str] = field(default_factory=dict)


def planted() -> Planted:
    """People whose names, addresses and deeds hold the canary; a room adds its own things here."""
    people = cast()
    for one in people:
        if one != people.charlie:
            one.name, one.email = f"{one.name} {CANARY}", f"{CANARY}.{one.email}"
            one.save()
    tents = people.ada.team
    assert tents
    tents.name = f"Tents {CANARY}"
    tents.save()
    look = actions.looked(people.bob, f"call {CANARY}", AT, about=people.ada)
    token, _ = tokens.make(
        people.ada, name=f"token {CANARY}", scopes=["calls:read"], expires=AT + tokens.DAY * 300, at=AT
    )
    names = {
        "uid": str(people.ada.uid),
        "index": str(look.index),
        "pk": str(Token.objects.get(pk=token.pk).pk),
        "provider_id": "shop",
        "organization_slug": "shop",
    }
    return Planted(people, names)
