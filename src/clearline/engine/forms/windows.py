"""Successive windows from a timeline's start."""

from __future__ import annotations

from typing import NamedTuple

from clearline.engine.durations import NEVER, Calendar, Span, reach
from clearline.engine.events import Instant


class Window(NamedTuple):
    """The number-th window (from 1) and its last instant; 0 before the first event was placed."""

    start: Instant  # of the first window
    number: int
    end: Instant


def window_at(window: Window, at: Instant, span: Span, calendar: Calendar) -> Window:
    """The window that `at` falls into. Ends are counted from the start, so that months don't drift."""
    number, end = window.number, window.end
    if span.unit == "us" and at > window.start and span.amount:
        number = max(number, (at - window.start - 1) // span.amount)
        end = min(window.start + number * span.amount, NEVER)
    while number == 0 or (at > end and end < NEVER):
        number += 1
        end = reach(window.start, span.times(number), calendar)
    return Window(window.start, number, end)
