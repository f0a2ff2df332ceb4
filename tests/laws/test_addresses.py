"""Every address has a name of its own: of two with the same, a link would lead to either."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver


def names(patterns: list[Any]) -> Iterator[tuple[str, str]]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield one.name or "", str(one.pattern)
        elif one.namespace is None:
            yield from names(one.url_patterns)


def test_no_two_addresses_have_the_same_name() -> None:
    found = Counter(name for name, _ in set(names(get_resolver().url_patterns)) if name)
    assert [name for name, count in found.items() if count > 1] == []
