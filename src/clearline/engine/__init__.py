"""Judges timelines: events in, verdicts out. Pure: no clock, no disk, no network."""
