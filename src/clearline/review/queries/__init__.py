"""Reads, as far as somebody's role reaches."""
