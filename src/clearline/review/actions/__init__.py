"""Writes: what people do about finished calls."""
