"""The record's own fixtures: a shop, its watchers, and a way to take events in."""

from tests.record.conftest import shop, take, watches

__all__ = ["shop", "take", "watches"]
