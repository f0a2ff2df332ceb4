"""What the formats of shops and desks share; and that none of them is brought down by any JSON."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.deliveries import FOLDER

from clearline.formats import hubspot, shopify, stripe, woocommerce, zendesk
from clearline.formats.deliveries import Address, Delivery, details, event
from clearline.formats.errors import NotRead

READERS = {
    "shopify": shopify.read,
    "woocommerce": woocommerce.read,
    "stripe": stripe.read,
    "zendesk": zendesk.read,
    "hubspot": hubspot.read,
}
FILES = sorted(path.stem for path in FOLDER.glob("*.json"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the members of a JSON value stand."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inner for found in [(*so_far, name), *paths(one, (*so_far, name))]]


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
def test_a_delivery_with_anything_in_any_place_is_read_or_refused(name: str, data: st.DataObject) -> None:
    told = json.loads((FOLDER / f"{name}.json").read_bytes())
    *above, last = data.draw(st.sampled_from(paths(told)))
    place = told
    for step in above:
        place = place[step]
    place[last] = data.draw(VALUES)
    try:
        found = READERS[name.split("-", maxsplit=1)[0]](json.dumps(told).encode(), "p-")
    except NotRead:
        return
    assert isinstance(found, Delivery)
    for one in found.events:
        assert 0 < len(one.id) <= 128
        assert one.subjects
        assert all(0 < len(subject) <= 128 for subject in one.subjects.values())
        assert one.at >= 0
        assert "\\u0000" not in json.dumps(one.data)


@pytest.mark.parametrize("kind", READERS)
@given(body=st.binary(max_size=200))
def test_bytes_that_are_no_delivery_are_refused_or_left_out(kind: str, body: bytes) -> None:
    try:
        found = READERS[kind](body, "")
    except NotRead:
        return
    assert found.ignored or kind == "hubspot"


@given(st.text(string.printable, max_size=20), st.text(string.printable, max_size=20))
def test_a_place_is_a_country_or_a_state_of_those_whose_rules_differ_by_state(
    state: str, country: str
) -> None:
    place = Address(state=state, country=country).place
    assert place == "" or (place[:2].isalpha() and (len(place) == 2 or place[:3] in {"US-", "CA-"}))


def test_a_number_is_told_in_full_where_its_country_is_known() -> None:
    told = details((), (), ("555-625-1199",), (Address(country="GB", phone="020 7946 0000"),))
    assert told["number"] == ["+445556251199", "+442079460000"]
    assert details((), (), ("555-625-1199",), ())["number"] == ["555-625-1199"]


def test_ids_that_are_too_long_keep_apart() -> None:
    one, other = (event("x" * 200 + end, "order.placed", 0, {}, order="1").id for end in "ab")
    assert len(one) == len(other) == 128
    assert one != other
