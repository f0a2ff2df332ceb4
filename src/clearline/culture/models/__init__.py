"""Rows that pages of culture read."""
